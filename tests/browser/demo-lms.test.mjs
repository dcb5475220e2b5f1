// SPDX-License-Identifier: Apache-2.0

/* The demonstration LMS with packages as exported and a fake player on another origin: it plays, remembers, shows. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { after, afterEach, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { startBrowser, until } from './support/browser.mjs';
import { packageHandler } from './support/package.mjs';
import { snapshot } from './support/snapshots.mjs';
import { startServer } from './support/static-server.mjs';

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

let browser;
let host;
let demo;
let missing = '';
before(async () => {
  host = await startServer([['/support/', folder('support/')], ['/connect/p/', () => readFile(folder('support/fake-host.html')).then((body) => ({ body }))]]);
  const packages = packageHandler(() => `${host.origin}/connect`);
  demo = await startServer([
    ['/vendor/', folder('../../node_modules/scorm-again/dist/esm/')],
    ['/packages/', (url, rest) => (rest.startsWith(missing || 'none') ? null : packages(url, rest))],
    ['/', folder('../../tools/demo-lms/')],
  ]);
  browser = await startBrowser();
});
after(async () => {
  await browser.close();
  await Promise.all([host.close(), demo.close()]);
});

let page;
afterEach(async () => {
  missing = '';
  await page.close();
});

/** The demo LMS at an address with these wishes. */
async function visit(wishes) {
  page = await browser.newPage();
  await page.goto(`${demo.origin}/index.html?${new URLSearchParams(wishes)}`);
  await until(() => page.evaluate(() => window.demoLms !== undefined), 'the demo LMS');
}

/** The fake player, once it was launched. */
const player = () => until(async () => {
  const frame = page.frames().find((candidate) => candidate.url().startsWith(`${host.origin}/connect/p/`));
  return frame && await frame.evaluate(() => window.host.launches.length > 0) && frame;
}, 'the player');

async function report(what) {
  const frame = await player();
  await frame.evaluate((s) => window.host.say({ t: 'snapshot', snapshot: s }), what);
  await until(() => frame.evaluate((rev) => window.host.acks().some((ack) => ack.rev === rev), what.rev), 'the ack');
}

const values = () => page.evaluate(() => window.demoLms.values());
const summary = () => page.evaluate(() => ['status', 'score', 'time'].map((name) => document.querySelector(`#summary-${name}`).textContent));
const heading = () => page.evaluate(() => document.querySelector('#notice h2')?.textContent);

for (const edition of ['1.2', '2004-3', '2004-4']) {
  const is2004 = edition !== '1.2';
  const core = is2004 ? 'cmi.' : 'cmi.core.';

  test(`a package of ${edition} plays, and the next launch resumes`, async () => {
    await visit({ edition, learner: 'grace', name: 'Hopper, Grace', autostart: '1' });
    const { learner } = (await (await player()).evaluate(() => window.host.launches[0].message)).data;
    assert.deepEqual(learner, { id: 'grace', name: 'Hopper, Grace' });
    await report(snapshot(edition, 'passed', { rev: 1, score: 85.5, final: true }));
    assert.deepEqual((await summary()).slice(0, 2), ['passed', '85.5']);

    const log = await page.evaluate(() => window.demoLms.log);
    assert.deepEqual([log[0].method, log[0].result, log[0].code], [is2004 ? 'Initialize' : 'LMSInitialize', 'true', '0']);
    const shown = await page.evaluate(() => document.querySelectorAll('#log tr').length);
    assert.equal(shown, log.length);

    await page.evaluate(() => window.demoLms.close());
    assert.equal((await page.evaluate(() => window.demoLms.log.at(-1))).method, is2004 ? 'Terminate' : 'LMSFinish');
    assert.equal(await page.evaluate(() => document.querySelector('#player iframe')), null);
    const totalTime = (await values())[`${core}total_time`];

    await page.evaluate(() => window.demoLms.launch());
    const { lms } = (await (await player()).evaluate(() => window.host.launches[0].message)).data;
    assert.deepEqual([lms.entry, is2004 ? lms.success : lms.status, lms.score, lms.mode], [is2004 ? 'resume' : '', 'passed', '85.5', 'normal']);
    assert.equal((await values())[`${core}total_time`], totalTime);
  });
}

test('finished attempts open in review mode where that is set, and a learner can be forgotten', async () => {
  await visit({ learner: 'alan', autostart: '1' });
  await report(snapshot('1.2', 'failed', { rev: 1, score: 20, final: true }));
  await page.evaluate(() => { document.querySelector('[name=reopen]').click(); });
  await page.evaluate(() => window.demoLms.launch());
  await player();
  const now = await values();
  assert.deepEqual([now['cmi.core.lesson_mode'], now['cmi.core.credit'], now['cmi.core.lesson_status']], ['review', 'no-credit', 'failed']);

  await page.evaluate(() => { document.querySelector('#forget').click(); });
  await until(async () => await heading() === 'Forgotten', 'the learner to be forgotten');
  await page.evaluate(() => window.demoLms.launch());
  await player();
  assert.deepEqual([(await values())['cmi.core.entry'], (await values())['cmi.core.lesson_mode']], ['ab-initio', 'normal']);
});

test('in browse mode nothing is kept', async () => {
  await visit({ learner: 'eve', mode: 'browse', autostart: '1' });
  await player();
  await page.evaluate(() => window.demoLms.close());
  await page.evaluate(() => window.demoLms.launch());
  await player();
  assert.equal((await values())['cmi.core.entry'], 'ab-initio');
});

test('calls can be filtered, and refused ones show their code', async () => {
  await visit({ edition: '2004-4', learner: 'filter', autostart: '1' });
  await player();
  const rows = () => page.evaluate(() => [...document.querySelectorAll('#log tr')].filter((row) => !row.hidden).map((row) => row.textContent));
  const all = (await rows()).length;
  await page.type('#filter', 'setvalue');
  const sets = await rows();
  assert.ok(sets.length >= 2 && sets.length < all);
  assert.ok(sets.every((row) => row.includes('SetValue')));
});

test('a package that is not there says what to run', async () => {
  missing = '2004-3';
  await visit({ edition: '2004-3', autostart: '1' });
  assert.equal(await heading(), 'No package here yet');
  assert.match(await page.evaluate(() => document.querySelector('#notice').textContent), /packages\/2004-3\/.*tools\/quickstart/);
});

for (const scheme of ['light', 'dark']) {
  for (const width of [1400, 390]) {
    test(`axe finds nothing, ${scheme}, ${width} px wide`, async () => {
      await visit({ learner: `axe-${scheme}-${width}` });
      await page.setViewport({ width, height: 900 });
      await page.evaluate((wanted) => {
        // Both browsers can be told only by the page itself: take the dark colours out of their media query, or away.
        for (const rule of [...document.styleSheets[0].cssRules]) {
          if (rule.conditionText?.includes('prefers-color-scheme')) rule.media.mediaText = wanted === 'dark' ? 'all' : 'not all';
        }
        document.documentElement.style.colorScheme = wanted;
      }, scheme);
      const check = async (state) => {
        const violations = await page.evaluate(async () => (await window.axe.run(document, { iframes: false })).violations
          .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`));
        assert.deepEqual(violations, [], state);
      };
      await page.evaluate(axeSource);
      await check('before a launch');
      await page.evaluate(() => window.demoLms.launch());
      await report(snapshot('1.2', 'passed', { rev: 1, score: 85.5, final: true }));
      await page.evaluate(() => { for (const row of document.querySelectorAll('.flash')) row.classList.remove('flash'); });
      await check('while playing');
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), 'nothing sticks out');
    });
  }
}
