// SPDX-License-Identifier: Apache-2.0

/* The publisher's room on the real server: a publication made, checked, edited, downloaded; a refused LMS authorised. */

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { assertAccessible } from './support/axe.mjs';
import { browserName, startBrowser, until } from './support/browser.mjs';
import { startDemo } from './support/demo.mjs';

describe(`the publisher's room in ${browserName}`, () => {
  /** @type {Awaited<ReturnType<typeof startDemo>>} */
  let demo;
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;

  before(async () => {
    demo = await startDemo('admin');
    browser = await startBrowser();
  });

  after(async () => {
    await browser?.close();
    await demo?.stop();
  });

  /** A publisher who has signed in. @param {import('node:test').TestContext} t @param {string} path */
  async function enter(t, path) {
    const page = await browser.newPage();
    t.after(() => page.close());
    await page.setViewport({ width: 1280, height: 900 });
    await page.authenticate({ username: 'admin', password: demo.password });
    await page.goto(`${demo.server}/connect/admin/${path}`);
    return page;
  }

  /** @param {import('puppeteer-core').Page} page @param {string} selector @param {string} text */
  async function type(page, selector, text) {
    await page.waitForSelector(selector);
    await page.$eval(selector, (field) => { /** @type {HTMLInputElement} */ (field).value = ''; });
    await page.type(selector, text);
  }

  /** @param {import('puppeteer-core').Page} page */
  const pageText = (page) => page.evaluate(() => document.body.innerText);

  /** A launch from `origin`, as a player would send it. @param {string} publication @param {string} origin */
  const launch = (publication, origin) => fetch(`${demo.server}/connect/api/launch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ v: 1, publication, sco: 'main', origin, connector: { version: '1', edition: '1.2' }, learner: { id: 'grace', name: '' }, lms: {} }),
  });

  test('nobody comes in without a password', async () => {
    const response = await fetch(`${demo.server}/connect/admin/api/publications`);
    assert.equal(response.status, 401);
  });

  test('a publication is made, with its LMS address checked while it is typed', async (t) => {
    const page = await enter(t, '');
    await page.waitForSelector('#new-publication');
    await page.click('#new-publication');
    await page.waitForSelector('#training');
    await page.select('#training', 'phishing');
    await type(page, '#title', 'Phishing for the north');

    await type(page, 'input[name=origin]', 'lms.example.com');
    await until(() => page.$eval('.origin-row', (row) => /** @type {HTMLElement} */ (row).dataset.state === 'wrong'), 'the verdict "wrong"');
    assert.match(await page.$eval('[data-test=origin-message]', (one) => one.textContent ?? ''), /https:\/\//);

    await type(page, 'input[name=origin]', 'HTTPS://LMS.Example.com:443/course/view');
    await until(() => page.$eval('.origin-row', (row) => /** @type {HTMLElement} */ (row).dataset.state === 'good'), 'the verdict "good"');
    await assertAccessible(page, 'the form');
    await page.click('#save');

    await page.waitForSelector('#package-12');
    assert.match(await pageText(page), /Phishing for the north/);
    assert.match(await pageText(page), /https:\/\/lms\.example\.com/);
    await assertAccessible(page, 'the publication');

    for (const version of ['1.2', '2004-3', '2004-4']) {
      const start = await page.evaluate(async (wanted) => {
        const id = location.pathname.split('/').pop();
        const response = await fetch(`/connect/admin/api/publications/${id}/package?version=${wanted}`);
        return `${response.status} ${response.headers.get('content-type')} ${String.fromCharCode(...new Uint8Array(await response.arrayBuffer()).slice(0, 2))}`;
      }, version);
      assert.equal(start, '200 application/zip PK');
    }
  });

  test('a title is changed, and what somebody else changed meanwhile is not overwritten', async (t) => {
    const { publications } = await demo.admin('publications');
    const { id } = publications.find((/** @type {any} */ one) => one.title.startsWith('Phishing'));
    const page = await enter(t, `publications/${id}/edit`);
    await page.waitForSelector('#title');
    await demo.admin(`publications/${id}`, { method: 'PUT', body: JSON.stringify({ rev: 1, title: 'Phishing for the south' }) });
    await type(page, '#title', 'Phishing for the east');
    await page.click('#save');
    await page.waitForSelector('[data-test=conflict]');
    assert.equal((await demo.admin(`publications/${id}`)).title, 'Phishing for the south');
  });

  test('a refused LMS is authorised with one click, and then comes in', async (t) => {
    const { publications } = await demo.admin('publications');
    const { id } = publications.find((/** @type {any} */ one) => one.title.startsWith('Phishing'));
    const stranger = 'https://other.example.org';
    assert.equal((await launch(id, stranger)).status, 403);

    const page = await enter(t, 'refusals');
    await page.waitForSelector('[data-test=authorise]');
    assert.match(await pageText(page), /other\.example\.org/);
    await assertAccessible(page, 'the refused launches');
    await page.click('[data-test=authorise]');
    await page.waitForSelector('[data-test=authorised]');
    assert.equal((await launch(id, stranger)).status, 200);
  });

  test('every screen is there, in dark too', async (t) => {
    const page = await enter(t, '');
    await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: 'dark' }]).catch(() => t.diagnostic('this browser can not be told to be dark'));
    await page.waitForSelector('[data-test=publications]');
    await assertAccessible(page, 'the list');
    await page.goto(`${demo.server}/connect/admin/trainings`);
    await page.waitForSelector('[data-test=trainings]');
    assert.match(await pageText(page), /Spot the phish/);
    await assertAccessible(page, 'the trainings');
  });
});
