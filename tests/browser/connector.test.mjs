// SPDX-License-Identifier: Apache-2.0

/* The connector against a strict fake LMS: finding and calling the API, order, ending, messages. What it writes is in
 * connector-data.test.mjs; numbers are those of the acceptance checks. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';

import { until } from './support/browser.mjs';
import { startLab } from './support/connector-lab.mjs';
import { connectorFolder } from './support/package.mjs';
import { snapshot } from './support/snapshots.mjs';

const EDITIONS = ['1.2', '2004-4'];
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });

let lab;
before(async () => { lab = await startLab(); });
afterEach(() => lab.tidy());
after(() => lab.close());

/** A test for 1.2 and one for 2004. */
function both(name, body) {
  for (const edition of EDITIONS) test(`${name} (${edition})`, () => body(edition, edition !== '1.2'));
}

/** An address that shows `inner` in nested frames of these origins, outermost first. */
const nested = (origins, inner) => origins.reduceRight((next, origin) => `${origin}/nest?next=${encodeURIComponent(next)}`, inner);

test('check 14: the API nine parents up, behind two frames of another origin, is found', async () => {
  const visit = await lab.visit();
  const [own, other] = [lab.lms.origin, lab.stranger.origin];
  await visit.open(nested([own, other, other, own, own, own, own, own], lab.sco('1.2')));
  // The player would be one frame deeper than Firefox allows; the LMS's side shows enough.
  await until(async () => await visit.count('Commit') === 1, 'the first Commit');
  assert.deepEqual(await visit.sets(), [['cmi.core.lesson_status', 'incomplete'], ['cmi.core.exit', 'suspend']]);
});

both('check 15: the API is found in the opener, in the top window\'s opener, and in the own window', async (edition) => {
  const visit = await lab.visit({ edition });
  for (const address of [lab.sco(edition), nested([lab.lms.origin], lab.sco(edition))]) {
    await visit.install();
    await visit.ask((url) => { window.popup = window.open(url, '', 'width=600,height=400'); }, address);
    await until(async () => await visit.count('Commit') === 1, 'the popup to commit');
    await visit.ask(() => { window.popup.close(); });
  }

  const bare = await lab.visit({ edition, install: false });
  await bare.open(lab.sco(edition, { own: edition }));
  await bare.host();
  assert.equal(await bare.inPackage(() => window.lms.count('Initialize')), 1);
});

both('check 16: where both APIs are offered, only that of the package\'s edition is called', async (edition) => {
  const visit = await lab.launch({ edition, quirks: { extraApi: true } });
  assert.equal(await visit.count('Initialize'), 1);
  assert.equal(await visit.ask(() => window.otherLms.calls.length), 0);
});

both('check 17: an API that appears after 5 s is used', async (edition) => {
  const visit = await lab.visit({ edition, install: false });
  await visit.open(lab.sco(edition));
  await pause(500);
  await visit.install();
  await visit.host();
  assert.equal(await visit.hasPanel(), false);
});

both('check 17: an API that never appears is a named error, no iframe, and trying again finds it', async (edition) => {
  const visit = await lab.visit({ edition, install: false });
  await visit.open(lab.sco(edition, { speed: 40 }));
  const panel = await visit.panel('The training cannot reach your LMS');
  assert.match(panel.detail, /^api_missing · SCORM (1\.2|2004) · connector 1$/);
  assert.equal(panel.frames, 0);

  await visit.install();
  await visit.pressButton();
  await visit.host();
});

test('check 17: a 2004 package in an LMS that only offers 1.2 says so', async () => {
  const visit = await lab.visit({ edition: '1.2' });
  await visit.open(lab.sco('2004-4', { speed: 40 }));
  const panel = await visit.panel('This package does not suit your LMS');
  assert.match(panel.text, /The package is SCORM 2004, the LMS offered SCORM 1\.2\./);
  assert.equal(await visit.count('Initialize'), 0);
});

both('check 18: "true", true, 1 and "already active" all start', async (edition, is2004) => {
  const answers = [{ yes: true }, { yes: 1 }, { yes: '1' },
    { initialize: { result: 'false', code: is2004 ? 103 : 101, running: true } }, { initialize: { result: false, code: 0, running: true } }];
  for (const quirks of answers) {
    const visit = await lab.launch({ edition, quirks });
    assert.equal(await visit.count('Commit'), 1, JSON.stringify(quirks));
  }
});

both('check 18: any other refusal is a message in the learner\'s language', async (edition, is2004) => {
  const visit = await lab.visit({ edition, quirks: { initialize: { result: 'false', code: is2004 ? 102 : 201 } } });
  await visit.open(lab.sco(edition, { lang: 'fr-CA' }));
  const panel = await visit.panel('Votre LMS n’a pas démarré la session');
  assert.equal(panel.lang, 'fr');
  assert.equal(panel.button, 'Réessayer');
  assert.match(panel.detail, is2004 ? /^api_refused 102 / : /^api_refused 201 /);
});

both('check 19: every call has the API as its "this" and nothing but strings', async (edition) => {
  const visit = await lab.launch({ edition });
  await visit.report(snapshot(edition, 'passed', { rev: 1, score: 85.5, final: true }));
  await visit.say({ t: 'quit' });
  await visit.panel('You may close this window');
  const calls = await visit.ask(() => window.lms.calls);
  assert.ok(calls.length > 15);
  assert.deepEqual(calls.filter((call) => !call.strict), []);
});

both('check 20: Initialize, reads, incomplete, exit, Commit; only then the iframe', async (edition, is2004) => {
  lab.player.mode = 'silent';
  const visit = await lab.visit({ edition });
  await visit.ask(() => {
    window.framesAtCommit = [];
    const { Commit } = window.lms;
    window.lms.Commit = function (argument) {
      window.framesAtCommit.push(document.querySelector('#sco').contentDocument.querySelectorAll('iframe').length);
      return Commit.call(this, argument);
    };
  });
  await visit.open(lab.sco(edition));
  await until(async () => lab.player.requests.length === 1, 'the iframe');

  const calls = await visit.ask(() => window.lms.calls.filter((call) => call.method !== 'GetLastError').map(({ method, args }) => [method, ...args]));
  const kinds = calls.map(([method]) => method).filter((method, i, all) => method !== all[i - 1]);
  assert.deepEqual(kinds, ['Initialize', 'GetValue', 'SetValue', 'Commit']);
  assert.deepEqual(calls.filter(([method]) => method === 'SetValue'), is2004
    ? [['SetValue', 'cmi.completion_status', 'incomplete'], ['SetValue', 'cmi.exit', 'suspend']]
    : [['SetValue', 'cmi.core.lesson_status', 'incomplete'], ['SetValue', 'cmi.core.exit', 'suspend']]);
  assert.deepEqual(await visit.ask(() => window.framesAtCommit), [0]);
});

test('check 21: with the server down, an LMS that completes silent visits keeps "incomplete"', async () => {
  lab.player.mode = 'down';
  const visit = await lab.launch({ quirks: { moodleFinish: true } });
  await until(async () => lab.player.requests.length === 1, 'the iframe');
  await visit.leave();
  assert.equal(await visit.count('Terminate'), 1);
  assert.equal(await visit.stored('cmi.core.lesson_status'), 'incomplete');
});

both('check 22: false without an error is a success; a refused element is told with its code and no value', async (edition, is2004) => {
  const [status, score] = is2004 ? ['cmi.success_status', 'cmi.score.raw'] : ['cmi.core.lesson_status', 'cmi.core.score.raw'];
  const code = is2004 ? 406 : 405;
  const visit = await lab.launch({ edition, quirks: { refuse: { [status]: { result: 'false', code: 0 }, [score]: { result: 'false', code } } } });
  const ack = await visit.report(snapshot(edition, 'passed', { rev: 3, score: 85.5, final: true }));
  assert.deepEqual({ ...ack, port: undefined }, { t: 'ack', rev: 3, lms: String(code), element: score, port: undefined });
  assert.equal(await visit.stored(status), 'passed');
});

both('check 23: errors of unset and unknown elements are silent and count as empty', async (edition) => {
  const visit = await lab.launch({ edition });
  assert.equal(await visit.hasPanel(), false);
  const { lms } = await visit.launchData();
  assert.deepEqual([lms.score, lms.mastery], ['', '']);
});

both('check 24: a Commit that rejects is tried again; three failures bring a banner, a success clears it', async (edition) => {
  const visit = await lab.launch({ edition, speed: 20, quirks: { promise: [true, 'reject', 'reject', 'reject', true] } });
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'passed', { rev: 1, final: true }) });
  assert.match(await until(() => visit.banner(), 'the banner'), /not saving at the moment/);
  const ack = await visit.ack(1);
  assert.equal(ack.lms, 'ok');
  assert.equal(await visit.banner(), '');
  const states = (await visit.heard()).filter(({ t }) => t === 'lms').map(({ state }) => state);
  assert.equal(states.filter((state) => state === 'failing').length, 3);
  assert.equal(states.at(-1), 'saved');
});

both('check 24: a Commit that answers false with an error is tried again with the latest snapshot', async (edition) => {
  const visit = await lab.launch({ edition, speed: 20 });
  await visit.ask(() => { window.lms.settings.quirks = { failCommits: 2 }; });
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'completed', { rev: 1, score: 50 }) });
  await visit.report(snapshot(edition, 'passed', { rev: 2, score: 90, final: true }));
  assert.equal((await visit.heard()).some(({ t, rev }) => t === 'ack' && rev === 1), false);
});

both('check 25: the same snapshot twice writes once, and an older one not at all', async (edition) => {
  const visit = await lab.launch({ edition });
  await visit.report(snapshot(edition, 'completed', { rev: 5, score: 60 }));
  const before = await visit.sets();
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'completed', { rev: 5, score: 60, seconds: 9 }) });
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'passed', { rev: 4, score: 99, final: true }) });
  await until(async () => (await visit.heard()).filter(({ t }) => t === 'ack').length === 2, 'the ack again');
  await pause(150);
  assert.deepEqual(await visit.sets(), before);
});

both('check 26: a hidden tab gets time and Commit, no Terminate', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  await visit.travel(100);
  await visit.say({ t: 'time', seconds: 65 });
  await until(async () => {
    await visit.glanceAway();
    return (await visit.stored(is2004 ? 'cmi.session_time' : 'cmi.core.session_time')) === (is2004 ? 'PT1M5S' : '00:01:05.00');
  }, 'the time');
  assert.equal(await visit.count('Terminate'), 0);
});

both('check 27: pagehide twice is one Terminate without Commit, and nothing after it', async (edition) => {
  const visit = await lab.launch({ edition, speed: 200 });
  await visit.report(snapshot(edition, 'completed', { rev: 1, score: 60 }));
  const commits = await visit.count('Commit');
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'completed', { rev: 2, score: 70 }) });
  await visit.transition('pagehide', false);
  const calls = await visit.ask(() => window.lms.calls.length);
  await visit.transition('pagehide', false);
  await visit.glanceAway();
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'passed', { rev: 3, final: true }) });
  await pause(700);
  assert.equal(await visit.count('Terminate'), 1);
  assert.ok(await visit.count('Commit') <= commits + 1);
  assert.equal(await visit.ask(() => window.lms.calls.length), calls);
  assert.equal(await visit.ask(() => window.lms.calls.at(-1).method), 'Terminate');
});

both('check 28: frozen and thawed, the session goes on and the frozen time is not counted', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  await visit.travel(10);
  await visit.say({ t: 'time', seconds: 7200 });
  await until(async () => { await visit.transition('pagehide', true); return await visit.count('Commit') > 1; }, 'a Commit');
  await visit.travel(7200);
  await visit.transition('pageshow', true);
  await visit.report(snapshot(edition, 'completed', { rev: 1, score: 60 }));
  await visit.leave();
  const seconds = await visit.ask(() => window.lms.totalSeconds);
  assert.ok(seconds >= 10 && seconds < 120, `${seconds} s`);
  assert.equal(await visit.stored(is2004 ? 'cmi.completion_status' : 'cmi.core.lesson_status'), 'completed');
});

test('check 29: the package registers no unload, makes no request, evaluates nothing, and is small', async () => {
  const script = await readFile(`${connectorFolder}connector.js`, 'utf8');
  for (const forbidden of [/unload/, /XMLHttpRequest|fetch\(|sendBeacon/, /\beval\b|new Function|innerHTML|document\.write/, /console\./]) {
    assert.doesNotMatch(script, forbidden);
  }
  assert.ok(Buffer.byteLength(script) < 20 * 1024, `${Buffer.byteLength(script)} bytes`);
  const page = await readFile(`${connectorFolder}launch.html`, 'utf8');
  assert.doesNotMatch(page, /\son\w+=|<script>|<style/);
});

both('check 30: "Save and quit" commits the last snapshot, terminates once and says that the window may be closed', async (edition, is2004) => {
  const visit = await lab.launch({ edition });
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'completed', { rev: 1, score: 60 }) });
  await visit.say({ t: 'quit' });
  const panel = await visit.panel('You may close this window');
  assert.match(panel.text, /Your work has been saved/);
  await until(async () => await visit.inPackage(() => document.querySelector('iframe') === null), 'the iframe to go');

  const calls = await visit.ask(() => window.lms.calls.filter(({ method }) => !/^Get/.test(method)).map(({ method, args }) => [method, args[0]]));
  const end = is2004
    ? [['Commit', ''], ['SetValue', 'adl.nav.request'], ['SetValue', 'cmi.session_time'], ['Terminate', '']]
    : [['Commit', ''], ['SetValue', 'cmi.core.session_time'], ['Terminate', '']];
  assert.deepEqual(calls.slice(-end.length), end);
  await visit.leave();
  assert.equal(await visit.count('Terminate'), 1);
});

test('check 30: in 2004 a final result leaves with exitAll, any other with suspendAll', async () => {
  for (const [state, final, request] of [['passed', true, 'exitAll'], ['in progress', false, 'suspendAll']]) {
    const visit = await lab.launch({ edition: '2004-3' });
    await visit.say({ t: 'snapshot', snapshot: snapshot('2004-3', state, { rev: 1, final }) });
    await visit.say({ t: 'quit' });
    await visit.panel('You may close this window');
    assert.equal(await visit.stored('adl.nav.request'), request);
  }
});

both('check 30: when the LMS did not take the last snapshot, the learner is not told that it did', async (edition) => {
  const visit = await lab.launch({ edition });
  await visit.ask(() => {
    window.lms.settings.quirks = { failCommits: 9 };
    window.lms.Terminate = () => { window.lms.code = 101; return 'false'; };
  });
  await visit.say({ t: 'snapshot', snapshot: snapshot(edition, 'passed', { rev: 1, final: true }) });
  await visit.say({ t: 'quit' });
  assert.match((await visit.panel('You may close this window')).text, /will have your result when you next open/);
  assert.equal(await visit.count('Terminate'), 1);
});

both('check 31: loaded again after the end, it asks to reopen from the LMS, once', async (edition) => {
  const visit = await lab.launch({ edition });
  await visit.leave();
  await visit.open(lab.sco(edition));
  const panel = await visit.panel('This session is over');
  assert.equal(panel.button, '');
  const calls = await visit.ask(() => window.lms.calls.length);
  await pause(200);
  assert.equal(await visit.ask(() => window.lms.calls.length), calls);
});

test('routine commits happen every minute while visible, and carry nothing', async () => {
  const visit = await lab.launch({ speed: 300 });
  await visit.say({ t: 'time', seconds: 30 });
  const sets = await visit.sets();
  await until(async () => await visit.count('Commit') >= 4, 'three routine commits');
  assert.deepEqual(await visit.sets(), sets);
});

test('check 48: messages of other windows, origins, shapes, sizes and verbs are ignored', async () => {
  const visit = await lab.visit();
  await visit.open(lab.sco('1.2'));
  await visit.host();
  await visit.ask(() => {
    window.answers = [];
    window.addEventListener('message', ({ data }) => window.answers.push(data));
    document.querySelector('#sco').contentWindow.postMessage({ p: 'sc1', t: 'ready', v: 1 }, '*');
  });
  const before = await visit.sets();
  const good = snapshot('1.2', 'passed', { rev: 9, final: true });
  const hostile = [
    { t: 'eval', code: 'document.title = "taken"' }, { t: 'constructor' }, { t: '__proto__', snapshot: good }, 'snapshot', null, 7,
    { t: 'snapshot' }, { t: 'snapshot', snapshot: 'passed' }, { t: 'snapshot', snapshot: { ...good, pad: 'x'.repeat(1 << 20) } },
    { t: 'snapshot', snapshot: { ...good, rev: '9' } }, { t: 'snapshot', snapshot: { ...good, score: 101 } },
    { t: 'snapshot', snapshot: { ...good, score: '85,5' } }, { t: 'snapshot', snapshot: { ...good, seconds: -1 } },
    { t: 'snapshot', snapshot: { ...good, lms: { status: 'browsed', exit: '' } } },
    { t: 'snapshot', snapshot: { ...good, lms: { status: 'passed', exit: 'logout' } } },
    { t: 'snapshot', snapshot: { ...good, lms: { success: 'passed' } } }, { t: 'time', seconds: 'long' },
  ];
  for (const message of hostile) await visit.say(message);
  await pause(200);
  assert.deepEqual(await visit.sets(), before);
  assert.deepEqual(await visit.ask(() => window.answers), []);
  assert.equal((await visit.report(good)).lms, 'ok');

  await (await visit.host()).evaluate((address) => { location.href = address; }, `${lab.stranger.origin}/connect/p/01kpub/main`);
  const strange = await until(async () => visit.page.frames().find((frame) => frame.url().startsWith(lab.stranger.origin)), 'the stranger');
  await pause(200);
  assert.equal(await until(() => strange.evaluate(() => window.host && window.host.launches.length + 1), 'the stranger'), 1);
});

test('checks 50 and 51: id and name reach the player exactly, and no address', async () => {
  const [id, name] = ['a&b#c+é %20 ü', 'O\'Neil, Zoë <b>'];
  const visit = await lab.launch({ values: { 'cmi.core.student_id': id, 'cmi.core.student_name': name } });
  const data = await visit.launchData();
  assert.deepEqual(data.learner, { id, name });
  assert.deepEqual(data.connector, { version: '1', edition: '1.2' });
  assert.deepEqual(data.languages, ['en']);
  assert.deepEqual(lab.player.requests, ['/connect/p/01kpub/main']);
});

test('check 52: a player that does not answer is waited for, and starts without a reload when it is back', async () => {
  lab.player.mode = 'down';
  const visit = await lab.launch({ speed: 40 });
  await visit.inPackage(() => { window.sameDocument = true; });
  const panel = await visit.panel('The training is not answering');
  assert.ok(panel.text.includes(lab.host.origin));
  await until(async () => lab.player.requests.length >= 3, 'two retries');

  lab.player.mode = 'ready';
  await visit.host();
  assert.equal(await visit.hasPanel(), false);
  assert.equal(await visit.inPackage(() => window.sameDocument), true);
  assert.equal(await visit.count('Initialize'), 1);
});

test('check 52: the button tries at once', async () => {
  lab.player.mode = 'silent';
  const visit = await lab.launch({ speed: 40 });
  await visit.panel('The training is not answering');
  const before = lab.player.requests.length;
  lab.player.mode = 'ready';
  await visit.pressButton();
  await visit.host();
  assert.equal(lab.player.requests.length, before + 1);
});

test('check 53: a second "ready" brings a new port; the old one is dead, revisions and time go on', async () => {
  const visit = await lab.launch();
  await visit.travel(1000);
  await visit.report(snapshot('1.2', 'in progress', { rev: 4, seconds: 40 }));
  await visit.travel(2);
  await (await visit.host()).evaluate(() => { window.host.ready(); });
  await visit.host(2);
  await visit.say({ t: 'snapshot', snapshot: snapshot('1.2', 'failed', { rev: 5, final: true }) }, 0);
  assert.equal((await visit.report(snapshot('1.2', 'passed', { rev: 6, seconds: 25, final: true }))).lms, 'ok');
  assert.equal((await visit.sets()).some(([, value]) => value === 'failed'), false);
  await visit.leave();
  assert.equal(await visit.stored('cmi.core.session_time'), '00:01:05.00');
});

test('check 53: a player page that is reloaded is launched again with what the LMS had at first', async () => {
  const visit = await lab.launch();
  await visit.report(snapshot('1.2', 'passed', { rev: 4, final: true }));
  await visit.travel(2);
  await (await visit.host()).evaluate(() => { window.before = true; location.reload(); });
  await until(async () => !await (await visit.host()).evaluate(() => window.before), 'the reload');
  assert.equal((await visit.launchData()).lms.status, 'not attempted');
  assert.equal((await visit.report(snapshot('1.2', 'passed', { rev: 4, final: true }))).lms, 'ok');
});

test('check 57: the iframe has its allow list and title, and no sandbox', async () => {
  const visit = await lab.launch();
  const frame = await visit.inPackage(() => {
    const { allow, title, referrerPolicy, src } = document.querySelector('iframe');
    return { allow: allow.split('; '), title, referrerPolicy, src, full: document.querySelector('iframe').hasAttribute('allowfullscreen'),
      sandbox: document.querySelector('iframe').hasAttribute('sandbox') };
  });
  for (const feature of ['fullscreen', 'autoplay', 'microphone', 'camera', 'clipboard-write', 'encrypted-media', 'picture-in-picture']) {
    assert.ok(frame.allow.includes(feature), feature);
  }
  assert.deepEqual({ ...frame, allow: 0 }, { allow: 0, title: 'Fire safety', referrerPolicy: 'strict-origin', full: true, sandbox: false,
    src: `${lab.host.origin}/connect/p/01kpub/main` });
});

test('axe finds nothing wrong with a panel or with the banner', async () => {
  const violations = async (visit) => {
    await visit.inPackage(axeSource);
    // The main landmark and the heading are the player's, in its own document: only the rules of WCAG are ours.
    const options = { iframes: false, runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] };
    return visit.inPackage(async (wanted) => (await window.axe.run(document, wanted)).violations.map(({ id }) => id), options);
  };
  const waiting = await lab.visit({ install: false });
  await waiting.open(lab.sco('1.2', { speed: 40 }));
  await waiting.panel('The training cannot reach your LMS');
  assert.deepEqual(await violations(waiting), []);

  const failing = await lab.launch({ speed: 40, quirks: { failCommits: 1000 } });
  await until(() => failing.banner(), 'the banner');
  assert.deepEqual(await violations(failing), []);
});
