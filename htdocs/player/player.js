// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Where the player begins: connects the visit to the page. */

import { render } from '../shared/html.js';
import { loadCatalogue, pickLanguage } from '../shared/i18n.js';
import { Api } from './api.js';
import { shakeHands } from './handshake.js';
import { localShelf } from './shelf.js';
import { page } from './shell.js';
import { View } from './view.js';
import { Visit } from './visit.js';

/** @import { Catalogue } from '../shared/i18n.js' */

const LANGUAGES = ['en', 'fr'];
const CATALOGUES = new URL('./lang/', import.meta.url);
const CATALOGUE_AGAIN_SECONDS = [1, 2, 5, 15];
const NO_ANSWER_AFTER_MS = 15_000;

/** The catalogue for the first language wanted that we have; each is fetched once. @type {Map<string, Promise<Catalogue>>} */
const loaded = new Map();

/** @param {readonly string[]} wanted @returns {Promise<Catalogue>} */
function catalogueFor(wanted) {
  const lang = pickLanguage(LANGUAGES, wanted);
  let catalogue = loaded.get(lang);
  if (!catalogue) {
    catalogue = loadCatalogue(CATALOGUES, lang);
    catalogue.catch(() => loaded.delete(lang));
    loaded.set(lang, catalogue);
  }
  return catalogue;
}

/** Without sentences there is nothing to say, not even that something is wrong: tries until they are here. */
async function firstCatalogue() {
  for (let tries = 0; ; tries += 1) {
    try {
      return await catalogueFor(navigator.languages);
    } catch {
      const seconds = CATALOGUE_AGAIN_SECONDS[Math.min(tries, CATALOGUE_AGAIN_SECONDS.length - 1)];
      await new Promise((resolve) => {
        setTimeout(resolve, seconds * 1000);
      });
    }
  }
}

/** Renders at most once per frame's work, and moves the focus when the screen has changed. @param {() => Visit} visit */
function renderer(visit) {
  const root = /** @type {HTMLElement} */ (document.querySelector('#app'));
  let planned = false;
  let shownSerial = 0;

  const show = () => {
    planned = false;
    const { catalogue, screenSerial } = visit();
    document.documentElement.lang = catalogue.lang;
    document.documentElement.dir = catalogue.dir;
    if (root.hasAttribute('aria-busy')) {
      root.removeAttribute('aria-busy');
      root.replaceChildren();
    }
    render(page(new View(visit())), root);
    if (screenSerial === shownSerial) return;
    shownSerial = screenSerial;
    const heading = /** @type {HTMLElement | null} */ (document.querySelector('#screen-heading'));
    document.title = heading?.textContent?.trim() || document.title;
    window.scrollTo(0, 0);
    heading?.focus({ preventScroll: true });
  };

  return () => {
    if (planned) return;
    planned = true;
    queueMicrotask(show);
  };
}

const [publication = '', sco = ''] = location.pathname.split('/').slice(-2).map(decodeURIComponent);

/** @type {Visit} */
const visit = new Visit(
  {
    api: new Api(new URL('../../api/', location.href)),
    publication,
    sco,
    storage: localShelf(),
    browserLanguages: navigator.languages,
    loadCatalogue: catalogueFor,
    visible: () => document.visibilityState === 'visible',
    changed: renderer(() => visit),
  },
  await firstCatalogue(),
);

if (window.parent === window) {
  visit.showDirect();
} else {
  shakeHands(window, (handover) => visit.meet(handover));
  setTimeout(() => visit.giveUpWaiting(), NO_ANSWER_AFTER_MS);
}

for (const type of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'scroll', 'touchstart']) {
  document.addEventListener(type, () => visit.touch(), { passive: true, capture: true });
}
document.addEventListener('visibilitychange', () => visit.showPage(document.visibilityState === 'visible'));
window.addEventListener('pagehide', () => visit.showPage(false));
window.addEventListener('pageshow', () => visit.showPage(document.visibilityState === 'visible'));
window.addEventListener('online', () => visit.sendNow());
setInterval(() => visit.tick(), 1000);
