// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The last question before a test is handed in. One <dialog> in the page; the browser keeps the focus inside it. */

/** @import { Activity } from './types.js' */
/** @import { View } from './view.js' */

import { html, nothing, render } from '../shared/html.js';
import { showActivity } from './screens/module.js';

/**
 * @param {View} view
 * @param {'placement' | 'assessment'} test
 * @param {Activity[]} activities
 * @param {() => void} submit
 */
export function askToSubmit(view, test, activities, submit) {
  const dialog = /** @type {HTMLDialogElement} */ (document.querySelector('#confirm'));
  const { work } = view.visit;
  const open = activities.filter((activity) => !work.isAnswered(activity));
  const close = () => dialog.close();

  render(html`
    <div class="stack">
      <h2 id="confirm-heading">${view.t(`${test}.confirm`)}</h2>
      ${open.length === 0
        ? html`<p>${view.t('confirm.complete')}</p>`
        : html`<p>${view.t('confirm.unanswered', { count: open.length })}</p>
          <p class="row">${open.map((activity) => html`
            <button type="button" class="button compact" @click=${() => { close(); showActivity(activity.id); }}>
              ${view.t('activity.number', { number: activities.indexOf(activity) + 1 })}</button>`)}</p>`}
      ${view.visit.saving === 'offline' ? html`<p class="notice warn">${view.t('confirm.offline')}</p>` : nothing}
      <div class="row end">
        <button type="button" class="button" @click=${close}>${view.t('confirm.back')}</button>
        <button type="button" class="button primary" @click=${() => { close(); submit(); }}>${view.t(`${test}.submit`)}</button>
      </div>
    </div>`, dialog);
  dialog.showModal();
}
