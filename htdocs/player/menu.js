// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The way through the training: a sidebar where there is room, a drawer where there is none. */

/** @import { Module } from './types.js' */
/** @import { View } from './view.js' */
/** @import { Screen } from './visit.js' */

import { html, nothing } from '../shared/html.js';
import { nameOfLanguage } from '../shared/i18n.js';
import * as icons from './icons.js';
import { offersPlacement } from './state.js';
import { stateIcon, stateWord, whyAssessmentLocked, whyLocked } from './view.js';

/** @param {View} view */
export function sidebar(view) {
  return html`<aside class="sidebar">${menu(view)}</aside>`;
}

/** @param {View} view */
export function drawer(view) {
  return html`
    <dialog id="drawer" class="drawer" aria-label=${view.t('menu.name')} @click=${closeOnBackdrop}>
      <div class="row end"><button type="button" class="button quiet" @click=${closeDrawer}>${icons.cross}${view.t('menu.close')}</button></div>
      ${menu(view)}
    </dialog>`;
}

export function openDrawer() {
  theDrawer()?.showModal();
}

function closeDrawer() {
  theDrawer()?.close();
}

const theDrawer = () => /** @type {HTMLDialogElement | null} */ (document.querySelector('#drawer'));

/** @param {Event} event */
function closeOnBackdrop(event) {
  if (event.target === event.currentTarget) closeDrawer();
}

/** @param {View} view */
function menu(view) {
  const { course, progress } = view.visit;
  return html`
    <nav class="menu stack" aria-label=${view.t('menu.name')}>
      <ul class="menu-list" role="list">
        ${entry(view, { name: 'home' }, icons.home, view.t('home.name'))}
        ${offersPlacement(course, progress) ? entry(view, { name: 'placement' }, icons.compass, view.title(view.placementName)) : nothing}
      </ul>
      ${course.chapters.map((chapter) => html`
        <div>
          ${chapter.title || course.chapters.length > 1 ? html`<p class="menu-chapter">${view.title(view.chapterName(chapter))}</p>` : nothing}
          <ul class="menu-list" role="list">${chapter.modules.map((module) => moduleEntry(view, module))}</ul>
        </div>`)}
      ${course.assessment ? html`<ul class="menu-list" role="list">${assessmentEntry(view)}</ul>` : nothing}
      ${languages(view)}
    </nav>`;
}

/** @param {View} view @param {Module} module */
function moduleEntry(view, module) {
  const state = stateWord(view.visit.progress, module.id);
  const name = view.title(view.moduleName(module));
  if (state === 'locked') return lockedEntry(name, whyLocked(view, module));
  const sign = state === 'open' ? html`<span class="dot"></span>` : stateIcon(state);
  return entry(view, { name: 'module', id: module.id }, sign, name, view.t(`module.state.${state}`));
}

/** @param {View} view */
function assessmentEntry(view) {
  const { assessment } = view.visit.progress;
  const name = view.title(view.assessmentName);
  if (assessment && !assessment.unlocked) return lockedEntry(name, whyAssessmentLocked(view));
  return entry(view, { name: 'assessment' }, assessment?.passed ? icons.check : icons.flag, name);
}

/** @param {View} view @param {Screen} screen @param {unknown} sign @param {unknown} name @param {string} [state] */
function entry(view, screen, sign, name, state) {
  const here = isHere(view.visit.screen, screen);
  const go = () => {
    closeDrawer();
    view.visit.go(screen);
  };
  return html`
    <li><button type="button" class="menu-entry" aria-current=${here ? 'page' : nothing} @click=${go}>
      <span class="menu-sign">${sign}</span>
      <span>${name}${state ? html`<span class="visually-hidden">, ${state}</span>` : nothing}</span>
    </button></li>`;
}

/** @param {unknown} name @param {string} why */
const lockedEntry = (name, why) => html`
  <li><div class="menu-entry locked">
    <span class="menu-sign">${icons.lock}</span>
    <span>${name}<span class="menu-note">${why}</span></span>
  </div></li>`;

/** @param {Screen} a @param {Screen} b */
const isHere = (a, b) => a.name === b.name && (a.name !== 'module' || (b.name === 'module' && a.id === b.id));

/** @param {View} view */
function languages(view) {
  const { course } = view.visit;
  if (course.langs.length < 2) return nothing;
  const change = (/** @type {Event} */ event) => {
    view.visit.switchLanguage(/** @type {HTMLSelectElement} */ (event.currentTarget).value);
  };
  return html`
    <label class="field menu-language">
      <span class="small">${view.t('menu.language')}</span>
      <select @change=${change}>
        ${course.langs.map((lang) => html`<option value=${lang} lang=${lang} .selected=${lang === course.lang}>${nameOfLanguage(lang)}</option>`)}
      </select>
    </label>`;
}
