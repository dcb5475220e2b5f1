// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The start of the admin page: which language, then the app. */

import { loadCatalogue, pickLanguage } from '../shared/i18n.js';
import { Api } from './api.js';
import { App } from './app.js';
import { Format, regionOf } from './format.js';

const LANGUAGES = ['en', 'fr'];
const LANGUAGE_KEY = 'scormconnect.admin.language';

const lang = pickLanguage(LANGUAGES, [rememberedLanguage(), ...navigator.languages]);
const catalogue = await loadCatalogue(new URL('lang/', import.meta.url), lang);

document.documentElement.lang = lang;
document.documentElement.dir = catalogue.dir;

new App({
  root: elementById('app'),
  announcer: elementById('announcer'),
  api: new Api(new URL('api/', document.baseURI)),
  lang,
  languages: LANGUAGES,
  t: (key, values) => catalogue.text(key, values),
  format: new Format(regionOf(lang, navigator.languages)),
  chooseLanguage,
}).start();

function rememberedLanguage() {
  try {
    return localStorage.getItem(LANGUAGE_KEY) ?? '';
  } catch {
    return '';
  }
}

/** Loading anew is the one way that leaves no sentence in the old language; unsaved work is asked about. @param {string} chosen */
function chooseLanguage(chosen) {
  try {
    localStorage.setItem(LANGUAGE_KEY, chosen);
  } catch {
    // Without storage the browser's own language stays.
  }
  location.reload();
}

/** @param {string} id @returns {HTMLElement} */
function elementById(id) {
  return /** @type {HTMLElement} */ (document.getElementById(id));
}
