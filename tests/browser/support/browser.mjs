// SPDX-License-Identifier: Apache-2.0

/* The browser of the tests: BROWSER=chromium (the default) or BROWSER=firefox, both as the system installed them. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import puppeteer from 'puppeteer-core';

export const browserName = process.env.BROWSER ?? 'chromium';

const CHROMIUM_ARGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-dev-shm-usage',
];

const BROWSERS = {
  chromium: (profile) => ({
    browser: 'chrome',
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: CHROMIUM_ARGS,
    userDataDir: profile,
  }),
  firefox: (profile) => ({
    browser: 'firefox',
    executablePath: process.env.FIREFOX ?? '/usr/bin/firefox-esr',
    userDataDir: profile,
    extraPrefsFirefox: { 'dom.disable_open_during_load': false },
  }),
};

/** A headless browser with a profile of its own; `close` ends it and removes the profile. */
export async function startBrowser() {
  const choose = BROWSERS[browserName];
  if (!choose) throw new Error(`BROWSER is "${browserName}"; known are ${Object.keys(BROWSERS).join(', ')}`);
  const profile = await mkdtemp(join(tmpdir(), `scormconnect-${browserName}-`));
  const browser = await puppeteer.launch({ headless: true, ...choose(profile) });
  return {
    browser,
    newPage: () => browser.newPage(),
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/**
 * Asks until the answer is truthy, and returns it. A page that is just navigating counts as "not yet".
 * @template T
 * @param {() => Promise<T>} ask
 * @param {string} what for the failure's message
 */
export async function until(ask, what, timeout = 8000) {
  const deadline = Date.now() + timeout;
  let trouble = '';
  for (;;) {
    try {
      const answer = await ask();
      if (answer) return answer;
    } catch (error) {
      trouble = `: ${error.message}`;
    }
    if (Date.now() > deadline) throw new Error(`waited ${timeout} ms for ${what}${trouble}`);
    await new Promise((resolve) => { setTimeout(resolve, 20); });
  }
}
