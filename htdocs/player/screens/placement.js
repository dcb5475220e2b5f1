// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The placement test: all questions on one page, handed in once; then which modules it has validated. */

/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import { correctedActivity, refusalText, testActivity } from '../activities/activity.js';
import { askToSubmit } from '../confirm.js';
import { modulesOf, resumeTarget } from '../state.js';
import { screenHeading, stateIcon } from '../view.js';

/** @param {View} view */
export function placementScreen(view) {
  const { course, work } = view.visit;
  if (!course.placement) return nothing;
  return work.placementResult ? results(view) : questions(view);
}

/** @param {View} view */
function questions(view) {
  const { visit } = view;
  const { work } = visit;
  const activities = visit.course.placement?.activities ?? [];
  return html`
    <div class="stack loose">
      <header class="stack">
        ${screenHeading(view.title(view.placementName))}
        <p class="lead">${view.t('placement.intro')}</p>
      </header>
      ${activities.map((activity, index) => testActivity(view, activity, index + 1, {
        disabled: work.busy,
        change: (response) => work.change(activity, response),
      }))}
      ${work.testRefusal ? html`<p class="notice warn" role="alert">${refusalText(view, work.testRefusal)}</p>` : nothing}
      <div class="row">
        <button type="button" class="button primary large" ?disabled=${work.busy}
          @click=${() => askToSubmit(view, 'placement', activities, () => work.submitPlacement(activities))}>${view.t('placement.submit')}</button>
        <button type="button" class="button quiet" ?disabled=${work.busy} @click=${() => visit.skipPlacement()}>${view.t('placement.skip')}</button>
      </div>
    </div>`;
}

/** @param {View} view */
function results(view) {
  const { visit } = view;
  const { course, progress, work } = visit;
  const validated = new Set(work.placementResult?.validated ?? []);
  const answers = work.placementResult?.answers ?? {};
  const target = resumeTarget(course, progress);
  return html`
    <div class="stack loose">
      <header class="stack">
        ${screenHeading(view.t('placement.result'))}
        <p class="lead">${view.t('placement.validated', { count: validated.size, all: modulesOf(course).length })}</p>
      </header>
      <ul class="path" role="list">
        ${modulesOf(course).map((module) => {
          const state = validated.has(module.id) ? 'validated' : 'open';
          return html`
            <li class="path-step ${state}">
              <span class="path-sign">${stateIcon(state)}</span>
              <div class="path-link">
                <span class="path-title">${view.title(view.moduleName(module))}</span>
                <span class="path-note">${view.t(state === 'validated' ? 'placement.known' : 'placement.to_study')}</span>
              </div>
            </li>`;
        })}
      </ul>
      <div class="row">
        ${target ? html`<button type="button" class="button primary large" @click=${() => visit.go(target)}>${view.t('placement.continue')}</button>` : nothing}
        <button type="button" class="button" @click=${() => visit.go({ name: 'home' })}>${view.t('home.go')}</button>
      </div>
      <details class="about">
        <summary>${view.t('placement.answers')}</summary>
        <div class="stack">
          ${course.placement?.activities.map((activity, index) => correctedActivity(view, activity, index + 1, resultOf(answers, activity.id)))}
        </div>
      </details>
    </div>`;
}

/** @param {Record<string, any>} answers @param {string} id */
const resultOf = (answers, id) => ({ correct: answers[id] === true });
