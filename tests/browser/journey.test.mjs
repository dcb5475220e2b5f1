// SPDX-License-Identifier: Apache-2.0

/* Whole journeys through the sample training, in the demonstration LMS, from the exported packages: what the learner sees, what the LMS
   holds at each step, and what the server keeps. */

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';

import { assertAccessible } from './support/axe.mjs';
import { browserName, startBrowser, until } from './support/browser.mjs';
import { startDemo } from './support/demo.mjs';
import { Learner, RIGHT } from './support/learner.mjs';
import { startServer } from './support/static-server.mjs';

const only = (/** @type {string} */ prefix) =>
  Object.fromEntries(Object.entries(RIGHT).filter(([id]) => id.startsWith(prefix)));

/** The elements of an edition. @param {string} edition @param {{ status: string, score?: number | null, exit?: string }} expected */
function elements(edition, { status, score = null, exit = 'suspend' }) {
  if (edition === '1.2') {
    return {
      'cmi.core.lesson_status': status === 'in progress' ? 'incomplete' : status,
      'cmi.core.score.raw': score === null ? '' : String(score),
      'cmi.core.exit': exit,
    };
  }
  const success = { passed: 'passed', failed: 'failed' }[status] ?? 'unknown';
  return {
    'cmi.completion_status': status === 'in progress' ? 'incomplete' : 'completed',
    'cmi.success_status': success,
    'cmi.score.raw': score === null ? '' : String(score),
    'cmi.score.scaled': score === null ? '' : String(Math.round(score * 100) / 10000),
    'cmi.exit': 'suspend',
  };
}

describe(`journeys in ${browserName}`, () => {
  /** @type {Awaited<ReturnType<typeof startDemo>>} */
  let demo;
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  let serial = 0;

  before(async () => {
    demo = await startDemo('journey');
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** A new learner, with a browser of their own: nothing is remembered from the one before. @param {import('node:test').TestContext} t @param {string} edition @param {object} [more] */
  async function newLearner(t, edition, more = {}) {
    serial += 1;
    const id = `${browserName}-${process.pid}-${serial}`;
    const context = await browser.browser.createBrowserContext();
    t.after(() => context.close());
    const page = await context.newPage();
    return new Learner(page, demo.lms, { edition, id, ...more });
  }

  /** What the server says once the LMS's answer has come back. @param {Learner} learner */
  const delivered = (learner) => until(async () => {
    const registration = await demo.registration(learner.id);
    return registration?.delivered?.rev === registration?.rev && registration;
  }, 'the delivery to be recorded', 15000);

  for (const edition of ['1.2', '2004-3', '2004-4']) {
    test(`${edition}: to passed, and quit`, async (t) => {
      const learner = await newLearner(t, edition);
      await learner.launch();
      assert.equal(await learner.heading(), 'Spot the phish');
      await learner.expectValues(elements(edition, { status: 'in progress' }));

      await learner.takeAllModules();
      await learner.expectValues(elements(edition, { status: 'in progress' }));
      assert.equal(await learner.takeAssessment(only('f')), 'passed');
      await learner.expectValues(elements(edition, { status: 'passed', score: 100, exit: '' }));

      const known = await delivered(learner);
      assert.deepEqual([known.status, known.score, known.percent, known.attempts, known.delivered.lms], ['passed', 100, 100, 1, 'ok']);

      await learner.saveAndQuit();
      const total = await until(async () => (await learner.values())[edition === '1.2' ? 'cmi.core.total_time' : 'cmi.total_time'], 'the total time');
      assert.match(total, edition === '1.2' ? /^\d{2,4}:\d\d:\d\d(\.\d{1,2})?$/ : /^PT/);
      assert.notEqual(total, edition === '1.2' ? '00:00:00' : 'PT0S');
      });

    test(`${edition}: to failed, all attempts used`, async (t) => {
      const learner = await newLearner(t, edition);
      await learner.launch();
      for (const attempt of [1, 2, 3]) {
        assert.equal(await learner.takeAssessment({ f1: [1], f2: [1] }), 'Not passed', `attempt ${attempt}`);
        if (attempt < 3) await learner.expectValues(elements(edition, { status: 'in progress' }));
      }
      await learner.expectValues(elements(edition, { status: 'failed', score: 16.67, exit: '' }));
      assert.equal((await delivered(learner)).status, 'failed');
      });

    test(`${edition}: to completed, an attempt left, then passed`, async (t) => {
      const learner = await newLearner(t, edition);
      await learner.launch();
      await learner.takeAllModules();
      await learner.takeAssessment({ f1: [1] });
      await learner.expectValues(elements(edition, { status: 'completed', score: 16.67, exit: '' }));
      assert.equal(await learner.takeAssessment(only('f')), 'passed');
      await learner.expectValues(elements(edition, { status: 'passed', score: 100, exit: '' }));
      });

    test(`${edition}: closed in the middle, and resumed where it was`, async (t) => {
      const learner = await newLearner(t, edition);
      await learner.launch();
      await learner.open('Who is really writing?');
      assert.equal(await learner.answer('q-sender', [1]), 'Not right yet.');
      assert.equal(await learner.answer('g-sender'), 'That is right.');
      await learner.closeWindow();
      await learner.expectValues(elements(edition, { status: 'in progress' }));

      await learner.launch();
      assert.match(await learner.text(), /Welcome back/);
      await learner.press('Continue: Who is really writing?');
      await learner.waitForHeading('Who is really writing?');
      assert.match(await learner.frame.evaluate(() => document.querySelector('[data-activity="g-sender"]')?.textContent ?? ''), /That is right/);
      const registration = await demo.registration(learner.id);
      assert.deepEqual([registration.sessions, registration.status], [2, 'in_progress']);
      });
  }

  test('the placement test validates modules, which then need not be taken', async (t) => {
    const learner = await newLearner(t, '1.2');
    await learner.launch();
    await learner.press('Take the test');
    await learner.waitForHeading('What do you know already?');
    await learner.fill('p-signs', [2]);
    await learner.fill('p-sender', [1]);
    await learner.fill('p-links', [2]);
    await learner.handIn();
    await learner.waitForHeading('Your placement');
    assert.match(await learner.text(), /2 of 7 modules are validated/);
    await learner.goHome();
    assert.match(await learner.text(), /2 of 7 modules done/);
  });

  test('an attempt that was interrupted goes on with its answers', async (t) => {
    const learner = await newLearner(t, '2004-4');
    await learner.launch();
    await learner.press('To the assessment');
    await learner.press('Start');
    await learner.fill('f1', [1]);
    await learner.fill('f4', 'program');
    await until(async () => (await learner.text()).includes('2 of 6 answered'), 'the count of answers');
    await learner.saveAndQuit();

    await learner.launch();
    await learner.press('Continue the assessment');
    await until(async () => (await learner.text()).includes('2 of 6 answered'), 'the answers to be back');
    assert.equal(await learner.frame.evaluate(() => /** @type {HTMLInputElement | null} */ (document.querySelector('[data-activity="f4"] input'))?.value), 'program');
  });

  test('the language is switched, and the place is kept', async (t) => {
    const learner = await newLearner(t, '1.2');
    await learner.launch();
    await learner.open('Attachments');
    await learner.frame.evaluate(() => {
      const select = /** @type {HTMLSelectElement} */ (document.querySelector('select'));
      select.value = 'fr';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await learner.waitForHeading('Les pièces jointes');
    assert.equal(await learner.frame.evaluate(() => document.documentElement.lang), 'fr');
  });

  test('axe finds nothing on any screen of the player, light or dark', async (t) => {
    const learner = await newLearner(t, '1.2');
    for (const scheme of browserName === 'chromium' ? ['light', 'dark'] : ['light']) {
      if (scheme === 'dark') await learner.page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]);
      await learner.launch();
      await assertAccessible(learner.frame, `home, ${scheme}`);
      await learner.open('Where does this link lead?');
      await learner.answer('q-link-owner', [1, 2]);
      await assertAccessible(learner.frame, `a module, ${scheme}`);
      await learner.goHome();
      await learner.press('To the assessment');
      await learner.waitForHeading('Final assessment');
      await assertAccessible(learner.frame, `the assessment, ${scheme}`);
      await learner.saveAndQuit();
      await demo.scormconnect('learner', 'disable', learner.id);
      await learner.launch();
      await assertAccessible(learner.frame, `a refusal, ${scheme}`);
      await demo.scormconnect('learner', 'delete', learner.id);
    }
  });

  test('review changes nothing in the LMS and nothing on the server', async (t) => {
    const learner = await newLearner(t, '1.2', { mode: 'review' });
    const credits = (await demo.admin('site')).credits;
    await learner.launch();
    await learner.open('Attachments');
    assert.equal(await learner.answer('q-attachment'), 'That is right.');
    const log = await learner.page.evaluate(() => /** @type {any} */ (window).demoLms.log.map((/** @type {any} */ one) => one.method));
    assert.ok(log.includes('LMSInitialize') && !log.includes('LMSSetValue'), `calls: ${log}`);
    assert.equal(await demo.registration(learner.id), undefined);
    assert.equal((await demo.admin('site')).credits, credits);
  });

  test('a disabled learner reads who is disabled, calmly', async (t) => {
    const learner = await newLearner(t, '1.2');
    await learner.launch();
    await demo.scormconnect('learner', 'disable', learner.id);
    await learner.launch();
    await learner.waitForHeading(`User '${learner.id}' is disabled`);
    assert.match(await learner.frame.evaluate(() => document.body.textContent ?? ''), /SC0107/);
    await demo.scormconnect('learner', 'enable', learner.id);
    await learner.launch();
    await learner.waitForHeading('Spot the phish');
  });

  test('an unlisted LMS is named exactly, and can be authorised', async (t) => {
    const learner = await newLearner(t, '1.2');
    const stranger = await startServer([['/', join(demo.dir, 'lms')]]);
    t.after(() => stranger.close());
    learner.url = learner.url.replace(demo.lms, stranger.origin);
    const { origin } = stranger;
    await learner.launch();
    await learner.waitForHeading(`${origin} is not authorized as lmsOrigin`);
    const { refusals } = await demo.admin('refusals');
    assert.ok(refusals.some((/** @type {any} */ one) => one.origin === origin && one.can_authorise));
  });

  test('no name and no id stands in the access log', async () => {
    const log = await demo.accessLog();
    assert.ok(log.includes('/connect/api/launch'));
    assert.ok(!log.includes('Lovelace') && !log.includes(`${browserName}-${process.pid}`));
  });
});
