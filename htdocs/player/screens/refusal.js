// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* When the training cannot be shown: one calm sentence, one thing to do, one line that helps the support. */

/** @import { Problem } from '../visit.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import { screenHeading } from '../view.js';

/** Problems that the learner can only solve outside of this page, so a button would promise too much. */
const NO_RETRY = new Set(['direct', 'no_answer', 'learner_missing', 'publication_unknown', 'publication_ended']);

/** Codes whose subject is a time. */
const TIMES = new Set(['publication_not_started', 'publication_ended']);

/** @param {View} view @param {Problem} problem */
export function refusalScreen(view, problem) {
  const { visit } = view;
  const { catalogue } = visit;
  const code = catalogue.has(`refusal.${problem.code}.title`) ? problem.code : 'unknown';
  const subject = TIMES.has(code) ? catalogue.dateTime(problem.subject) : problem.subject;
  return html`
    <div class="calm stack loose">
      <div class="stack">
        ${screenHeading(view.t(`refusal.${code}.title`, { subject }))}
        <p class="lead">${view.t(`refusal.${code}.advice`, { subject })}</p>
      </div>
      ${visit.retryAt === null ? nothing : countdown(view, visit.retryAt)}
      ${NO_RETRY.has(code)
        ? nothing
        : html`<div><button type="button" class="button primary large" @click=${() => visit.open()}>
            ${view.t(code === 'superseded' ? 'refusal.continue_here' : 'refusal.try_again')}</button></div>`}
      ${code === 'direct' ? nothing : supportLine(view, problem)}
    </div>`;
}

/** Not announced at each second; who wants to know can read it. @param {View} view @param {number} retryAt */
function countdown(view, retryAt) {
  const seconds = Math.max(0, Math.ceil((retryAt - performance.now()) / 1000));
  return html`<p class="soft figure" role="timer" aria-live="off">${view.t('refusal.countdown', { count: seconds })}</p>`;
}

/** @param {View} view @param {Problem} problem */
function supportLine(view, problem) {
  const parts = [problem.number, problem.code, problem.subject, problem.at.toISOString()];
  const line = parts.filter((part) => part !== '').join(' · ');
  return html`
    <div class="support stack tight">
      <p class="soft small" id="support-label">${view.t('refusal.support')}</p>
      <div class="row">
        <code class="support-line" tabindex="0" aria-labelledby="support-label" role="textbox" aria-readonly="true">${line}</code>
        <button type="button" class="button compact" @click=${(/** @type {Event} */ event) => copy(view, line, event)}>${view.t('refusal.copy')}</button>
        <span class="soft small" role="status" data-copied></span>
      </div>
    </div>`;
}

/** The clipboard may be closed to a foreign frame; then the line is selected, ready for the keyboard.
 * @param {View} view @param {string} line @param {Event} event */
async function copy(view, line, event) {
  const row = /** @type {HTMLElement} */ (event.currentTarget).parentElement;
  const said = /** @type {HTMLElement} */ (row?.querySelector('[data-copied]'));
  try {
    await navigator.clipboard.writeText(line);
    said.textContent = view.t('refusal.copied');
  } catch {
    window.getSelection()?.selectAllChildren(/** @type {HTMLElement} */ (row?.querySelector('code')));
    said.textContent = view.t('refusal.selected');
  }
}
