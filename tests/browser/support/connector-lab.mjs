// SPDX-License-Identifier: Apache-2.0

/* Where the connector is tried out: an LMS page with a strict fake LMS (or any other), the package in an iframe of it,
 * and on another origin a fake player that says what the test wants. */

import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

import { startBrowser, until } from './browser.mjs';
import { packageHandler } from './package.mjs';
import { startServer } from './static-server.mjs';

const support = fileURLToPath(new URL('.', import.meta.url));
const vendor = fileURLToPath(new URL('../../../node_modules/scorm-again/dist/esm/', import.meta.url));

/** @param {Record<string, unknown>} query */
const search = (query) => `?${new URLSearchParams(Object.entries(query).map(([key, value]) => [key, String(value)]))}`;

export async function startLab() {
  /** What the player's server does: "ready", "silent" (a page that says nothing) or "down". */
  const player = { mode: 'ready', requests: /** @type {string[]} */ ([]) };
  const playerPage = await readFile(`${support}fake-host.html`, 'utf8');
  const showPlayer = (/** @type {URL} */ url) => {
    player.requests.push(url.pathname + url.search);
    if (player.mode === 'down') return { status: 503, body: 'down' };
    return { body: player.mode === 'silent' ? playerPage.replace('<html', '<html data-silent') : playerPage };
  };
  const nest = (/** @type {URL} */ url) => ({ body: `<!DOCTYPE html><title>nest</title><iframe src="${url.searchParams.get('next')?.replace(/&/g, '&amp;')}"></iframe>` });

  const host = await startServer([['/support/', support], ['/connect/p/', showPlayer]]);
  const stranger = await startServer([['/support/', support], ['/connect/p/', showPlayer], ['/nest', nest]]);
  const lms = await startServer([
    ['/support/', support], ['/vendor/', vendor], ['/nest', nest],
    ['/package/', packageHandler(() => `${host.origin}/connect`)],
  ]);
  const browser = await startBrowser();
  /** @type {Set<Visit>} */
  const visits = new Set();

  return {
    player, host, stranger, lms,

    /** The address of the launch page. @param {string} edition @param {Record<string, unknown>} [query] */
    sco: (edition, query = {}) => `${lms.origin}/package/${edition}/sco1.html${search({ speed: 10, ...query })}`,

    /** An LMS page; with `install` false it has no API yet. */
    async visit({ edition = '1.2', values = {}, quirks = {}, install = true } = {}) {
      const page = await browser.newPage();
      await page.goto(`${lms.origin}/support/lms.html`);
      const visit = new Visit(page, host.origin, edition);
      visits.add(visit);
      if (install) await visit.install({ values, quirks });
      return visit;
    },

    /** A learner opens the package in the LMS, and the player is connected. */
    async launch({ speed = 10, lang = 'en', ...lmsOptions } = {}) {
      const visit = await this.visit(lmsOptions);
      await visit.open(this.sco(visit.edition, { speed, lang }));
      if (player.mode === 'ready') await visit.host();
      return visit;
    },

    async tidy() {
      player.mode = 'ready';
      player.requests.length = 0;
      for (const visit of visits) await visit.page.close();
      visits.clear();
    },

    async close() {
      await browser.close();
      await Promise.all([host.close(), stranger.close(), lms.close()]);
    },
  };
}

class Visit {
  /** @param {import('puppeteer-core').Page} page @param {string} hostOrigin @param {string} edition */
  constructor(page, hostOrigin, edition) {
    this.page = page;
    this.hostOrigin = hostOrigin;
    this.edition = edition;
  }

  /** Runs a function in the LMS's page. */
  ask(fn, ...args) {
    return this.page.evaluate(fn, ...args);
  }

  install({ values = {}, quirks = {} } = {}) {
    return this.ask((settings) => { window.fakeLms.install(window, settings); }, { edition: this.edition, values, quirks });
  }

  /** Puts an address into the LMS's player frame. @param {string} address */
  open(address) {
    return this.ask((src) => {
      document.querySelector('#sco')?.remove();
      document.body.append(Object.assign(document.createElement('iframe'), { id: 'sco', title: 'Training', src }));
    }, address);
  }

  /** Leaves abruptly, as a closed window does. */
  async leave() {
    await this.ask(() => new Promise((resolve) => {
      const frame = document.querySelector('#sco');
      frame.addEventListener('load', resolve, { once: true });
      frame.src = 'about:blank';
    }));
  }

  /** The player's frame, when it has had `launches` launches. */
  host(launches = 1) {
    return until(async () => {
      const frame = this.page.frames().find((candidate) => candidate.url().startsWith(`${this.hostOrigin}/connect/p/`));
      return frame && await frame.evaluate((n) => window.host.launches.length >= n, launches) && frame;
    }, 'the player to be launched');
  }

  /** What the player was told at its last launch. */
  async launchData() {
    return (await this.host()).evaluate(() => window.host.launches.at(-1).message.data);
  }

  /** The player says something. @param {object} message @param {number} [port] */
  async say(message, port) {
    await (await this.host()).evaluate((m, p) => window.host.say(m, p), message, port);
  }

  /** The player reports a snapshot, and hears what the LMS said. */
  async report(snapshot) {
    await this.say({ t: 'snapshot', snapshot });
    return this.ack(snapshot.rev);
  }

  ack(rev) {
    return until(async () => (await this.host()).evaluate((n) => window.host.acks().find((ack) => ack.rev === n), rev),
      `an ack of revision ${rev}`);
  }

  /** Everything the player heard over its ports. */
  async heard() {
    return (await this.host()).evaluate(() => window.host.heard);
  }

  /** Every SetValue so far, as [element, value]. */
  sets() {
    return this.ask(() => window.lms.sets());
  }

  /** How often a method was called. @param {string} method */
  count(method) {
    return this.ask((name) => window.lms.count(name), method);
  }

  /** What the LMS has stored under an element. @param {string} element */
  stored(element) {
    return this.ask((name) => window.lms.stored[name], element);
  }

  /** The package's own frame. */
  package() {
    return until(async () => this.page.frames().find((frame) => frame.url().includes('/package/')), 'the package');
  }

  /** Runs a function in the package's page. */
  async inPackage(fn, ...args) {
    return (await this.package()).evaluate(fn, ...args);
  }

  /** Lets the package's clock jump. @param {number} seconds */
  travel(seconds) {
    return this.inPackage((s) => { window.lab.travel(s); }, seconds);
  }

  /** The learner looks at another tab, and back. */
  glanceAway() {
    return this.inPackage(() => {
      for (const state of ['hidden', 'visible']) {
        Object.defineProperty(document, 'visibilityState', { configurable: true, value: state });
        document.dispatchEvent(new Event('visibilitychange'));
      }
    });
  }

  /** "pagehide" or "pageshow", without really going. @param {string} type @param {boolean} persisted */
  transition(type, persisted) {
    return this.inPackage((t, p) => { window.dispatchEvent(new window.PageTransitionEvent(t, { persisted: p })); }, type, persisted);
  }

  /** What the connector tells the learner: waits for a panel with this heading. @param {string} heading */
  async panel(heading) {
    return until(() => this.inPackage((wanted) => {
      const panel = document.querySelector('.panel');
      if (panel?.querySelector('h1')?.textContent !== wanted) return null;
      return {
        text: panel.textContent, lang: panel.lang, detail: panel.querySelector('.detail')?.textContent ?? '',
        button: panel.querySelector('button')?.textContent ?? '', frames: document.querySelectorAll('iframe').length,
      };
    }, heading), `the panel "${heading}"`);
  }

  hasPanel() {
    return this.inPackage(() => document.querySelector('.panel') !== null);
  }

  banner() {
    return this.inPackage(() => document.querySelector('.banner')?.textContent ?? '');
  }

  pressButton() {
    return this.inPackage(() => { document.querySelector('.panel button').click(); });
  }
}
