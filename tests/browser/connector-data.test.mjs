// SPDX-License-Identifier: Apache-2.0

/* What the connector writes: status, score, exit and time, for every state in both editions; first in a strict fake LMS,
 * then in scorm-again. Numbers are those of the acceptance checks. */

import assert from 'node:assert/strict';
import { after, afterEach, before, test } from 'node:test';

import { until } from './support/browser.mjs';
import { startLab } from './support/connector-lab.mjs';
import { snapshot } from './support/snapshots.mjs';

const EDITIONS = ['1.2', '2004-4'];

let lab;
before(async () => { lab = await startLab(); });
afterEach(() => lab.tidy());
after(() => lab.close());

/** A test for 1.2 and one for 2004. */
function both(name, body) {
  for (const edition of EDITIONS) test(`${name} (${edition})`, () => body(edition, edition !== '1.2'));
}

/** What a snapshot made the connector write, after what it wrote at the start. */
async function writes(visit, report) {
  const before = (await visit.sets()).length;
  await visit.report(report);
  return (await visit.sets()).slice(before);
}

const score12 = (raw) => [['cmi.core.score.raw', raw], ['cmi.core.score.min', '0'], ['cmi.core.score.max', '100']];
const score2004 = (scaled, raw) => [['cmi.score.scaled', scaled], ['cmi.score.raw', raw], ['cmi.score.min', '0'], ['cmi.score.max', '100']];
const status12 = (word) => [['cmi.core.lesson_status', word]];
const done12 = (word) => [...status12(word), ['cmi.core.exit', '']];
const completed = ['cmi.completion_status', 'completed'];

/* State, what the server sends with it, what 1.2 gets, what 2004 gets; "incomplete" and exit are there since the start. */
const TABLE = [
  ['not started', {}, [], []],
  ['in progress', {}, [], []],
  ['completed', { score: 60 }, [...score12('60'), ...done12('completed')], [...score2004('0.6', '60'), completed]],
  ['passed', { final: true }, done12('passed'), [completed, ['cmi.success_status', 'passed']]],
  ['passed', { score: 85.5, final: true }, [...score12('85.5'), ...done12('passed')],
    [...score2004('0.855', '85.5'), completed, ['cmi.success_status', 'passed']]],
  ['failed, attempts left', {}, [], []],
  ['failed', { score: 40, final: true }, [...score12('40'), ...done12('failed')],
    [...score2004('0.4', '40'), completed, ['cmi.success_status', 'failed']]],
  ['module validated', { score: 100, final: true }, [...score12('100'), ...done12('passed')],
    [...score2004('1', '100'), completed, ['cmi.success_status', 'passed']]],
];

for (const [state, rest, expected12, expected2004] of TABLE) {
  both(`check 32: ${state}${rest.score === undefined ? '' : ` with ${rest.score}`}`, async (edition, is2004) => {
    const visit = await lab.launch({ edition });
    assert.deepEqual(await writes(visit, snapshot(edition, state, { rev: 1, ...rest })), is2004 ? expected2004 : expected12);
    assert.equal(await visit.stored(is2004 ? 'cmi.exit' : 'cmi.core.exit'), is2004 || expected12.length === 0 ? 'suspend' : '');
  });
}

both('check 33: an LMS that has "passed" gets no status or score from work in progress', async (edition, is2004) => {
  const values = is2004
    ? { 'cmi.completion_status': 'completed', 'cmi.success_status': 'passed', 'cmi.score.scaled': '0.8', 'cmi.score.raw': '80' }
    : { 'cmi.core.lesson_status': 'passed', 'cmi.core.score.raw': '80' };
  const visit = await lab.launch({ edition, values });
  const ack = await visit.report(snapshot(edition, 'in progress', { rev: 1, score: 90 }));
  assert.equal(ack.lms, 'ok');
  assert.deepEqual(await visit.sets(), is2004 ? [['cmi.exit', 'suspend']] : [['cmi.core.exit', '']]);
});

both('check 33: a lower score of the same status is not written, a better one is', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  await visit.report(snapshot(edition, 'completed', { rev: 1, score: 60 }));
  assert.deepEqual(await writes(visit, snapshot(edition, 'completed', { rev: 2, score: 55 })), []);
  const better = await writes(visit, snapshot(edition, 'completed', { rev: 3, score: 75.5 }));
  assert.deepEqual(better, is2004
    ? [['cmi.score.scaled', '0.755'], ['cmi.score.raw', '75.5']] : [['cmi.core.score.raw', '75.5']]);
});

both('check 34: from failed to passed', async (edition, is2004) => {
  const values = is2004 ? { 'cmi.completion_status': 'completed', 'cmi.success_status': 'failed' } : { 'cmi.core.lesson_status': 'failed' };
  const visit = await lab.launch({ edition, values });
  await visit.report(snapshot(edition, 'passed', { rev: 1, final: true }));
  assert.equal(await visit.stored(is2004 ? 'cmi.success_status' : 'cmi.core.lesson_status'), 'passed');
});

both('from completed to failed only when it is final', async (edition, is2004) => {
  const name = is2004 ? 'cmi.success_status' : 'cmi.core.lesson_status';
  const visit = await lab.launch({ edition });
  await visit.report(snapshot(edition, 'completed', { rev: 1 }));
  await visit.report(snapshot(edition, 'failed', { rev: 2, final: false }));
  assert.equal(await visit.stored(name), is2004 ? 'unknown' : 'completed');
  await visit.report(snapshot(edition, 'failed', { rev: 3, final: true }));
  assert.equal(await visit.stored(name), 'failed');
});

test('check 35: "completed" after "passed" leaves the success alone in 2004', async () => {
  const visit = await lab.launch({ edition: '2004-4' });
  await visit.report(snapshot('2004-4', 'passed', { rev: 1, final: true }));
  assert.deepEqual(await writes(visit, snapshot('2004-4', 'completed', { rev: 2 })), []);
  assert.equal(await visit.stored('cmi.success_status'), 'passed');
});

both('check 36: scores have at most 2 decimals raw and 7 scaled, and no exponent', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  const written = [];
  for (const [i, score] of [0, 0.01, 1.1, 66.66666666, 100].entries()) {
    written.push(...await writes(visit, snapshot(edition, 'completed', { rev: i + 1, score })));
  }
  const of = (name) => written.filter(([element]) => element === name).map(([, value]) => value);
  assert.deepEqual(of(is2004 ? 'cmi.score.raw' : 'cmi.core.score.raw'), ['0', '0.01', '1.1', '66.67', '100']);
  if (is2004) assert.deepEqual(of('cmi.score.scaled'), ['0', '0.0001', '0.011', '0.6667', '1']);
});

both('check 37: without assessment no score; with the option 100 and 1', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  await visit.report(snapshot(edition, 'passed', { rev: 1, final: true }));
  assert.equal((await visit.sets()).some(([element]) => element.includes('score')), false);
  const written = await writes(visit, snapshot(edition, 'passed', { rev: 2, score: 100, final: true }));
  assert.deepEqual(written, is2004 ? score2004('1', '100') : score12('100'));
});

both('check 38: times as Moodle and ADL want them', async (edition, is2004) => {
  const TIMES = [
    [0, '00:00:00.00', 'PT0S'], [0.05, '00:00:00.05', 'PT0.05S'], [59.995, '00:00:59.99', 'PT59.99S'], [65.5, '00:01:05.50', 'PT1M5.5S'],
    [3600, '01:00:00.00', 'PT1H0S'], [360000, '100:00:00.00', 'PT100H0S'], [36000000, '9999:00:00.00', 'PT9999H0S'],
  ];
  const visit = await lab.launch({ edition });
  await visit.travel(40000000);
  for (const [i, [seconds]] of TIMES.entries()) {
    await visit.report(snapshot(edition, 'in progress', { rev: i + 1, seconds }));
    await visit.glanceAway();
  }
  const written = (await visit.sets()).filter(([element]) => element.endsWith('session_time')).map(([, value]) => value);
  assert.deepEqual(written, TIMES.map((row) => row[is2004 ? 2 : 1]));
});

test('time never exceeds the connector\'s own clock', async () => {
  const visit = await lab.launch();
  await visit.travel(30);
  await visit.report(snapshot('1.2', 'in progress', { rev: 1, seconds: 86400 }));
  await visit.leave();
  const seconds = await visit.ask(() => window.lms.totalSeconds);
  assert.ok(seconds >= 30 && seconds < 90, `${seconds} s`);
});

test('an LMS that adds the time up at every commit counts it once, as every other does', async () => {
  for (const addsAtCommit of [true, false]) {
    const visit = await lab.launch({ quirks: { addsAtCommit } });
    await visit.travel(1000);
    for (const [i, seconds] of [20, 40, 65].entries()) {
      await visit.report(snapshot('1.2', 'completed', { rev: i + 1, score: 50 + i, seconds }));
      await visit.glanceAway();
    }
    await visit.leave();
    assert.equal(await visit.ask(() => window.lms.totalSeconds), 65, `addsAtCommit ${addsAtCommit}`);
  }
});

both('check 39: review, browse and no-credit write nothing, and the player is told', async (edition, is2004) => {
  const [modeName, creditName] = is2004 ? ['cmi.mode', 'cmi.credit'] : ['cmi.core.lesson_mode', 'cmi.core.credit'];
  for (const [mode, credit] of [['review', 'credit'], ['browse', 'credit'], ['normal', 'no-credit']]) {
    const visit = await lab.launch({ edition, values: { [modeName]: mode, [creditName]: credit } });
    const { lms } = await visit.launchData();
    assert.deepEqual([lms.mode, lms.credit], [mode, credit]);
    await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'passed', { rev: 1, score: 90, final: true }) });
    await visit.glanceAway();
    await visit.say({ t: 'quit' });
    assert.match((await visit.panel('You may close this window')).text, /Nothing was recorded/);
    assert.deepEqual(await visit.sets(), []);
    assert.deepEqual([await visit.count('Commit'), await visit.count('Terminate')], [0, 1]);
  }
});

both('check 40: the mastery score and what else the LMS has reach the player', async (edition, is2004) => {
  const values = is2004
    ? { 'cmi.scaled_passing_score': '0.8', 'cmi.score.scaled': '0.57', 'cmi.completion_status': 'incomplete', 'cmi.entry': 'resume' }
    : { 'cmi.student_data.mastery_score': '80', 'cmi.core.score.raw': '57', 'cmi.core.lesson_status': 'incomplete', 'cmi.core.entry': 'resume' };
  const visit = await lab.launch({ edition, values });
  assert.deepEqual((await visit.launchData()).lms, { mode: 'normal', credit: 'credit', entry: 'resume',
    status: is2004 ? '' : 'incomplete', completion: is2004 ? 'incomplete' : '', success: is2004 ? 'unknown' : '', score: '57', mastery: '80' });
});

test('check 41: after completion in 2004 the exit was suspend, and the next launch keeps the statuses', async () => {
  const visit = await lab.launch({ edition: '2004-3' });
  await visit.report(snapshot('2004-3', 'passed', { rev: 1, score: 90, final: true }));
  await visit.leave();
  await visit.ask(() => { window.lms.relaunch(); window.lms.calls.length = 0; });
  await visit.open(lab.sco('2004-3'));
  const { lms } = await visit.launchData();
  assert.deepEqual([lms.entry, lms.completion, lms.success, lms.score], ['resume', 'completed', 'passed', '90']);
  assert.deepEqual(await visit.sets(), [['cmi.exit', 'suspend']]);
});

both('check 42: re-enrolled in the LMS, the known result is replayed into it', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  assert.equal((await visit.launchData()).lms.entry, 'ab-initio');
  await visit.report(snapshot(edition, 'passed', { rev: 31, score: 90, final: true }));
  assert.equal(await visit.stored(is2004 ? 'cmi.success_status' : 'cmi.core.lesson_status'), 'passed');
});

both('check 43: a result that got lost is written at the next launch', async (edition, is2004) => {
  const status = is2004 ? 'cmi.success_status' : 'cmi.core.lesson_status';
  const lost = snapshot(edition, 'passed', { rev: 7, score: 90, final: true });
  const visit = await lab.launch({ edition });
  await visit.ask(() => { window.lms.settings.quirks = { failCommits: 99 }; });
  await visit.say({ t: 'snapshot', snapshot: lost });
  await until(async () => (await visit.sets()).some(([, value]) => value === 'passed'), 'the write');
  await visit.ask(() => { window.lms.Terminate = () => 'false'; });          // the renderer is killed
  await visit.leave();
  assert.notEqual(await visit.stored(status), 'passed');

  await visit.ask(() => { window.lms.settings.quirks = {}; delete window.lms.Terminate; window.lms.relaunch(); });
  await visit.open(lab.sco(edition));
  assert.equal((await visit.report(lost)).lms, 'ok');
  assert.equal(await visit.stored(status), 'passed');
});

test('a snapshot acknowledged before is acknowledged again when the player repeats it', async () => {
  const visit = await lab.launch();
  const repeated = snapshot('1.2', 'passed', { rev: 2, final: true });
  await visit.report(repeated);
  await visit.say({ t: 'snapshot', snapshot: repeated });
  await until(async () => (await visit.heard()).filter(({ t }) => t === 'ack').length === 2, 'the second ack');
});

for (const edition of ['1.2', '2004-3', '2004-4']) {
  const is2004 = edition !== '1.2';
  test(`checks 20, 26, 30 and 32 in scorm-again (${edition})`, async () => {
    const visit = await lab.visit({ edition, install: false });
    await visit.ask(async (file, version) => {
      const { Scorm12API, Scorm2004API } = await import(`/vendor/${file}`);
      const Api = Scorm12API || Scorm2004API;
      const api = new Api({ autocommit: false, logLevel: 5, mastery_override: false });
      if (version) Object.assign(api.cmi, { learner_id: 'ada', learner_name: 'Lovelace, Ada' });
      else Object.assign(api.cmi.core, { student_id: 'ada', student_name: 'Lovelace, Ada' });
      window[version ? 'API_1484_11' : 'API'] = api;
      window.api = api;
      window.seen = [];
      for (const event of version ? ['Commit', 'Terminate'] : ['LMSCommit', 'LMSFinish']) api.on(event, () => window.seen.push(event));
    }, is2004 ? 'scorm2004.min.js' : 'scorm12.min.js', is2004);
    const held = () => visit.ask((version) => (version
      ? { completion: window.api.cmi.completion_status, success: window.api.cmi.success_status, scaled: window.api.cmi.score.scaled, raw: window.api.cmi.score.raw }
      : { status: window.api.cmi.core.lesson_status, raw: window.api.cmi.core.score.raw }), is2004);

    await visit.open(lab.sco(edition));
    assert.deepEqual((await visit.launchData()).learner, { id: 'ada', name: 'Lovelace, Ada' });
    assert.deepEqual(await held(), is2004 ? { completion: 'incomplete', success: 'unknown', scaled: '', raw: '' } : { status: 'incomplete', raw: '' });

    await visit.travel(100);
    assert.equal((await visit.report(snapshot(edition, 'completed', { rev: 1, score: 66.67, seconds: 30 }))).lms, 'ok');
    await visit.glanceAway();
    assert.equal((await visit.report(snapshot(edition, 'passed', { rev: 2, score: 85.5, seconds: 65, final: true }))).lms, 'ok');
    await visit.say({ t: 'quit' });
    await visit.panel('You may close this window');
    assert.deepEqual(await held(), is2004
      ? { completion: 'completed', success: 'passed', scaled: '0.855', raw: '85.5' } : { status: 'passed', raw: '85.5' });
    assert.equal(await visit.ask(() => window.api.cmi.getCurrentTotalTime()), is2004 ? 'PT1M5S' : '00:01:05');
    const seen = await visit.ask(() => window.seen);
    assert.deepEqual([seen.at(-1), seen.filter((event) => /Finish|Terminate/.test(event)).length], [is2004 ? 'Terminate' : 'LMSFinish', 1]);

    // In 1.2 scorm-again stores on after Finish, so there is nothing to complain of.
    await visit.leave();
    await visit.open(lab.sco(edition));
    if (is2004) await visit.panel('This session is over');
    else await visit.host();
  });
}
