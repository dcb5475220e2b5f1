// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The final assessment: its rules, the attempt under way, the result. */

/** @import { Assessment, Result } from '../types.js' */
/** @import { View } from '../view.js' */

import { html, nothing, svg } from '../../shared/html.js';
import { correctedActivity, refusalText, testActivity } from '../activities/activity.js';
import { askToSubmit } from '../confirm.js';
import * as icons from '../icons.js';
import { hasAttempt } from '../state.js';
import { assessmentFacts, screenHeading, whyAssessmentLocked } from '../view.js';

/** @param {View} view */
export function assessmentScreen(view) {
  const { course, work } = view.visit;
  const { assessment } = course;
  if (!assessment) return nothing;
  if (work.assessmentResult) return result(view, assessment, work.assessmentResult);
  return work.openAttempt === null ? rules(view, assessment) : attempt(view, assessment, work.openAttempt);
}

/** @param {View} view @param {Assessment} assessment */
function rules(view, assessment) {
  const { work, progress } = view.visit;
  const state = progress.assessment;
  const locked = state !== null && !state.unlocked;
  const usedUp = state !== null && !hasAttempt(state);
  return html`
    <div class="stack loose">
      <header class="stack">
        ${screenHeading(view.title(view.assessmentName))}
        <p class="lead">${view.t('assessment.intro', { count: assessment.activities.length })}</p>
      </header>
      <div class="card stack">
        ${assessmentFacts(view)}
        <p class="soft">${view.t('assessment.kept')}</p>
      </div>
      ${locked ? html`<p class="notice info">${whyAssessmentLocked(view)}</p>` : nothing}
      ${usedUp ? html`<p class="notice info">${view.t('assessment.no_attempt')}</p>` : nothing}
      ${refusal(view)}
      <div class="row">
        ${locked || usedUp
          ? nothing
          : html`<button type="button" class="button primary large" ?disabled=${work.busy} @click=${() => start(view)}>${view.t('assessment.start')}</button>`}
        ${homeButton(view)}
      </div>
    </div>`;
}

/** @param {View} view @param {Assessment} assessment @param {number} number */
function attempt(view, assessment, number) {
  const { work } = view.visit;
  const { activities } = assessment;
  const answered = activities.filter((activity) => work.isAnswered(activity)).length;
  return html`
    <div class="stack loose">
      <header class="stack tight">
        <p class="eyebrow">${attemptName(view, assessment, number)}</p>
        ${screenHeading(view.title(view.assessmentName))}
        <p class="soft">${view.t('assessment.kept')}</p>
      </header>
      ${activities.map((activity, index) => testActivity(view, activity, index + 1, {
        disabled: work.busy,
        change: (response) => work.changeInAssessment(activity, response),
      }))}
      ${refusal(view)}
      <div class="ending row apart">
        <span class="soft figure">${view.t('assessment.answered', { count: answered, all: activities.length })}</span>
        <button type="button" class="button primary large" ?disabled=${work.busy}
          @click=${() => askToSubmit(view, 'assessment', activities, () => submit(view))}>${view.t('assessment.submit')}</button>
      </div>
    </div>`;
}

/** @param {View} view @param {Assessment} assessment @param {Result} outcome */
function result(view, assessment, outcome) {
  const { visit } = view;
  const { catalogue, work } = visit;
  const { score = 0, passed = false } = outcome;
  const left = outcome.attempts_left ?? null;
  const again = !passed && (left === null || left > 0);
  return html`
    <div class="stack loose">
      <header class="stack">
        <p class="eyebrow">${view.title(view.assessmentName)}</p>
        ${screenHeading(view.t(passed ? 'assessment.result_passed' : 'assessment.result_failed'))}
      </header>
      <div class="card stack score ${passed ? 'good' : 'warn'}">
        <p class="score-figure figure">${catalogue.percent(score)}</p>
        ${scoreBar(score, assessment.pass)}
        <p class="soft">${view.t('assessment.needed', { pass: catalogue.percent(assessment.pass) })}
          ${passed ? nothing : attemptsLeft(view, left)}</p>
      </div>
      ${refusal(view)}
      <div class="row">
        ${again ? html`<button type="button" class="button primary large" ?disabled=${work.busy} @click=${() => start(view)}>${view.t('assessment.again')}</button>` : nothing}
        ${homeButton(view)}
      </div>
      <section class="stack" aria-labelledby="answers-heading">
        <h2 id="answers-heading">${view.t('assessment.your_answers')}</h2>
        ${assessment.activities.map((activity, index) => {
          const answer = outcome.answers?.[activity.id];
          return answer ? correctedActivity(view, activity, index + 1, answer) : nothing;
        })}
      </section>
    </div>`;
}

/** The score against the threshold; the words beside it say the same. @param {number} score @param {number} pass */
const scoreBar = (score, pass) => html`
  <svg class="score-bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true" focusable="false">${svg`
    <rect class="score-bar-all" width="100" height="4"/>
    <rect class="score-bar-got" width=${score} height="4"/>
    <rect class="score-bar-pass" x=${Math.min(pass, 99.4)} width="0.6" height="4"/>`}</svg>`;

/** @param {View} view @param {number | null} left */
const attemptsLeft = (view, left) =>
  left === null ? nothing : left === 0 ? view.t('assessment.no_attempt') : view.t('assessment.left_after', { count: left });

/** @param {View} view @param {Assessment} assessment @param {number} number */
function attemptName(view, assessment, number) {
  const all = assessment.attempts;
  return all === null ? view.t('assessment.attempt', { number }) : view.t('assessment.attempt_of', { number, all });
}

/** @param {View} view */
const homeButton = (view) => html`
  <button type="button" class="button" @click=${() => view.visit.go({ name: 'home' })}>${icons.home}${view.t('home.go')}</button>`;

/** @param {View} view */
function refusal(view) {
  const { testRefusal } = view.visit.work;
  return testRefusal ? html`<p class="notice warn" role="alert">${refusalText(view, testRefusal)}</p>` : nothing;
}

/** @param {View} view */
async function start(view) {
  await view.visit.work.startAssessment();
  if (view.visit.work.openAttempt !== null) view.visit.go({ name: 'assessment' });
}

/** @param {View} view */
async function submit(view) {
  await view.visit.work.submitAssessment();
  if (view.visit.work.assessmentResult) view.visit.go({ name: 'assessment' });
}
