// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The page around the screens: header, menu, notices, and what stands there before and after a visit. */

/** @import { Notice } from './visit.js' */
/** @import { View } from './view.js' */

import { html, nothing } from '../shared/html.js';
import * as icons from './icons.js';
import { drawer, openDrawer, sidebar } from './menu.js';
import { assessmentScreen } from './screens/assessment.js';
import { homeScreen } from './screens/home.js';
import { moduleScreen } from './screens/module.js';
import { placementScreen } from './screens/placement.js';
import { refusalScreen } from './screens/refusal.js';
import { screenHeading } from './view.js';

/** @param {View} view */
export function page(view) {
  const { visit } = view;
  if (visit.phase === 'problem' && visit.problem) return alone(refusalScreen(view, visit.problem));
  if (visit.phase === 'left') return alone(goodbye(view));
  if (visit.phase === 'opening') return alone(opening(view));
  return html`
    <a class="skip-link button" href="#content" @click=${skipToContent}>${view.t('shell.skip')}</a>
    ${header(view)}
    <div class="frame">
      ${sidebar(view)}
      <main id="content" tabindex="-1" ?inert=${visit.phase === 'leaving'}>
        <div class="notices" role="status">${notices(view)}</div>
        ${screen(view)}
      </main>
    </div>
    ${drawer(view)}`;
}

/** @param {View} view */
function screen(view) {
  const { screen: shown } = view.visit;
  if (shown.name === 'module') return moduleScreen(view, shown.id);
  if (shown.name === 'placement') return placementScreen(view);
  if (shown.name === 'assessment') return assessmentScreen(view);
  return homeScreen(view);
}

/** @param {View} view */
function header(view) {
  const { visit } = view;
  const { progress, course } = visit;
  return html`
    <header class="bar no-print">
      <div class="bar-row">
        <button type="button" class="button quiet bar-menu" aria-haspopup="dialog" @click=${openDrawer}>
          ${icons.menu}<span class="bar-word">${view.t('menu.open')}</span></button>
        <p class="bar-title">${view.title(course.title)}</p>
        ${saved(view)}
        <button type="button" class="button bar-leave" ?disabled=${visit.phase === 'leaving'} @click=${() => visit.leave()}>
          ${view.t(visit.phase === 'leaving' ? 'shell.leaving' : 'shell.leave')}</button>
      </div>
      <progress class="bar-progress" max="100" .value=${progress.percent} aria-label=${view.t('home.progress')}></progress>
      ${visit.readonly ? html`<p class="bar-note">${view.t('shell.preview')}</p>` : nothing}
      ${visit.saving === 'offline'
        ? html`<p class="bar-note floating">${view.t('shell.offline')}
            <button type="button" class="button compact" @click=${() => visit.sendNow()}>${view.t('shell.send_now')}</button></p>`
        : nothing}
    </header>`;
}

/** Whether the work is safe. A preview has nothing to save. @param {View} view */
function saved(view) {
  const { saving, lmsFailing, readonly } = view.visit;
  if (readonly) return nothing;
  const word = saving === 'saved' && lmsFailing ? 'lms' : saving;
  return html`
    <p class="saved ${word}" role="status">
      <span class="saved-sign">${word === 'saved' ? icons.check : icons.cloud}</span><span class="saved-word">${view.t(`saving.${word}`)}</span>
    </p>`;
}

/** @param {View} view */
function notices(view) {
  return [...view.visit.notices].map((/** @type {Notice} */ notice) => html`
    <div class="notice ${notice === 'given_up' || notice === 'language_failed' ? 'warn' : 'info'} row apart">
      <span>${view.t(`notice.${notice}`)}</span>
      <button type="button" class="button compact quiet" @click=${() => view.visit.dismiss(notice)}>${view.t('notice.dismiss')}</button>
    </div>`);
}

/** @param {unknown} content */
const alone = (content) => html`<main id="content" class="alone" tabindex="-1">${content}</main>`;

/** Words come only where the wait is long enough to read them. @param {View} view */
const opening = (view) => html`<div class="opening" role="status"><span class="pulse"></span><p class="late">${view.t('shell.opening')}</p></div>`;

/** @param {View} view */
function goodbye(view) {
  const { farewell, readonly } = view.visit;
  return html`
    <div class="calm stack">
      ${screenHeading(view.t('goodbye.title'))}
      <p class="lead">${view.t(readonly ? 'goodbye.preview' : `goodbye.${farewell}`)}</p>
    </div>`;
}

/** The address has no room for fragments inside a foreign frame's history. @param {Event} event */
function skipToContent(event) {
  event.preventDefault();
  /** @type {HTMLElement | null} */ (document.querySelector('#screen-heading'))?.focus();
}
