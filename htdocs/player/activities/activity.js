// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The frame around a question of any type: its text, the inputs of its type, and whatever follows from the answer. */

/** @import { Activity } from '../types.js' */
/** @import { Correction } from '../workbench.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import * as icons from '../icons.js';
import { isBlank } from '../state.js';
import { choiceInputs } from './choice.js';
import { gapInput } from './gap.js';
import { orderInputs } from './order.js';

/**
 * What the inputs of an activity need to know.
 * @typedef {object} Inputs
 * @property {string[]} response
 * @property {boolean} disabled
 * @property {boolean} settled nothing can be changed any more, so nothing is said about how to
 * @property {Correction | null} correction
 * @property {(response: string[]) => void} change
 * @property {string} labelId the element with the question
 */

/** A question inside a module, corrected at once. @param {View} view @param {Activity} activity @param {number} number */
export function moduleActivity(view, activity, number) {
  const { work } = view.visit;
  const correction = work.correction(activity);
  const checking = work.isChecking(activity);
  const inputs = {
    response: work.response(activity),
    disabled: checking || Boolean(correction?.correct),
    settled: Boolean(correction?.correct),
    correction,
    change: (/** @type {string[]} */ response) => work.change(activity, response),
    labelId: labelId(activity),
  };
  return frame(view, activity, number, inputs, html`
    <div class="feedback-area" role="status">${feedback(view, activity, correction)}</div>
    ${correction?.correct ? nothing : answerButtons(view, activity, correction, checking)}
  `);
}

/**
 * A question in a test: nothing is corrected until the whole test is.
 * @param {View} view @param {Activity} activity @param {number} number
 * @param {{ disabled: boolean, change: (response: string[]) => void }} options
 */
export function testActivity(view, activity, number, { disabled, change }) {
  const { work } = view.visit;
  const response = work.response(activity);
  const untouchedOrder = activity.type === 'order' && !work.isAnswered(activity);
  const inputs = { response, disabled, settled: false, correction: null, change, labelId: labelId(activity) };
  return frame(view, activity, number, inputs, untouchedOrder
    ? html`<div><button type="button" class="button compact" ?disabled=${disabled} @click=${() => change(response)}>
        ${view.t('order.keep')}</button></div>`
    : nothing);
}

/**
 * A question of a test after its correction, with the answer that was given.
 * @param {View} view @param {Activity} activity @param {number} number
 * @param {{ correct: boolean, feedback?: string }} result
 */
export function correctedActivity(view, activity, number, result) {
  const { work } = view.visit;
  const response = work.response(activity);
  const inputs = { response, disabled: true, settled: true, correction: null, change: () => {}, labelId: labelId(activity) };
  return frame(view, activity, number, inputs, html`
    ${work.isAnswered(activity) ? nothing : html`<p class="soft">${view.t('activity.no_answer')}</p>`}
    ${verdict(view, result, view.t(result.correct ? 'activity.correct' : 'activity.incorrect'), result.feedback)}`);
}

/** @param {View} view @param {Activity} activity @param {number} number @param {Inputs} inputs @param {unknown} below */
function frame(view, activity, number, inputs, below) {
  return html`
    <section class="activity card stack" data-activity=${activity.id} aria-labelledby=${`n-${activity.id}`}>
      <p class="eyebrow" id=${`n-${activity.id}`}>${view.t('activity.number', { number })}</p>
      <div class="question" id=${inputs.labelId}>${view.prose(activity, 'html', activity.html, 3)}</div>
      ${inputsOf(view, activity, inputs)}
      ${below}
    </section>`;
}

/** @param {View} view @param {Activity} activity @param {Inputs} inputs */
function inputsOf(view, activity, inputs) {
  if (activity.type === 'choice') return choiceInputs(view, activity, inputs);
  if (activity.type === 'gap') return gapInput(view, activity, inputs);
  return orderInputs(view, activity, inputs);
}

/** @param {View} view @param {Activity} activity @param {Correction | null} correction @param {boolean} checking */
function answerButtons(view, activity, correction, checking) {
  const { visit } = view;
  const { work } = visit;
  const refusal = work.refusal(activity);
  if (correction) {
    return html`<div><button type="button" class="button" @click=${(/** @type {Event} */ event) => startAgain(view, activity, event)}>
      ${view.t('activity.try_again')}</button></div>`;
  }
  const blank = activity.type !== 'order' && isBlank(work.response(activity));
  return html`
    ${refusal ? html`<p class="notice warn" role="alert">${refusalText(view, refusal)}</p>` : nothing}
    <div class="row">
      <button type="button" class="button primary" ?disabled=${checking || blank} @click=${() => work.check(activity)}>
        ${view.t('activity.check')}</button>
      ${checking ? html`<span class="soft small" role="status">${view.t(visit.saving === 'offline' ? 'activity.waiting' : 'activity.checking')}</span>` : nothing}
    </div>`;
}

/** The inputs are free again, and the first of them has the focus. @param {View} view @param {Activity} activity @param {Event} event */
function startAgain(view, activity, event) {
  const section = /** @type {HTMLElement} */ (event.currentTarget).closest('section');
  view.visit.work.tryAgain(activity);
  requestAnimationFrame(() => /** @type {HTMLElement | null | undefined} */ (section?.querySelector('input, .order button:not(:disabled)'))?.focus());
}

/** @param {View} view @param {Activity} activity @param {Correction | null} correction */
function feedback(view, activity, correction) {
  if (!correction) return nothing;
  const word = view.t(correction.correct ? 'activity.correct' : 'activity.wrong');
  return html`${verdict(view, correction, word, correction.feedback)}${solution(view, activity, correction)}`;
}

/** @param {View} view @param {{ correct: boolean }} owner @param {string} word @param {string | undefined} text */
function verdict(view, owner, word, text) {
  const { correct } = owner;
  return html`
    <div class="verdict notice ${correct ? 'good' : 'warn'}">
      ${correct ? icons.check : icons.cross}
      <div>
        <strong>${word}</strong>
        ${text ? view.prose(owner, 'feedback', text, 4) : nothing}
      </div>
    </div>`;
}

/** The right answer in words, where the publication shows it after a wrong one; choices mark it on their options.
 * @param {View} view @param {Activity} activity @param {Correction} correction */
function solution(view, activity, correction) {
  if (correction.correct || !correction.solution) return nothing;
  if (activity.type === 'gap') return html`<p class="solution">${view.t('gap.solution', { text: correction.solution[0] ?? '' })}</p>`;
  if (activity.type !== 'order') return nothing;
  return html`
    <p class="solution">${view.t('order.solution')}</p>
    <ol>${correction.solution.map((key) => {
      const item = activity.items.find((one) => one.key === key);
      return item ? html`<li>${view.prose(item, 'solution', item.html, 4)}</li>` : nothing;
    })}</ol>`;
}

/** @param {View} view @param {string} code */
export function refusalText(view, code) {
  const key = `refused.${code}`;
  return view.t(view.visit.catalogue.has(key) ? key : 'refused.unknown');
}

/** @param {Activity} activity */
const labelId = (activity) => `q-${activity.id}`;
