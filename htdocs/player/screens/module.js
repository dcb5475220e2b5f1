// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A module: its texts and questions in order, its end confirmed by the learner, and the ways on from there. */

/** @import { Block, Module } from '../types.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import { moduleActivity } from '../activities/activity.js';
import * as icons from '../icons.js';
import { activitiesOf, findModule, isActivity, isDone, moduleProgress, neighbours, unanswered } from '../state.js';
import { placeInCourse, screenHeading, stateIcon, stateWord, whyAssessmentLocked, whyLocked } from '../view.js';

/** @param {View} view @param {string} id */
export function moduleScreen(view, id) {
  const { course, progress } = view.visit;
  const module = findModule(course, id);
  if (!module) return nothing;
  const state = stateWord(progress, id);
  return html`
    <article class="stack loose">
      <header class="stack tight">
        <p class="eyebrow">${placeInCourse(view, id)}</p>
        ${screenHeading(view.title(view.moduleName(module)))}
        <p class="row soft small">
          ${module.minutes === null ? nothing : html`<span class="with-icon">${icons.clock}<span>${view.t('module.minutes', { count: module.minutes })}</span></span>`}
          ${isDone(progress, id) ? html`<span class="badge good">${stateIcon(state)}${view.t(`module.state.${state}`)}</span>` : nothing}
        </p>
      </header>
      ${blocks(view, module)}
      ${ending(view, module)}
      ${waysOn(view, module)}
    </article>`;
}

/** @param {View} view @param {Module} module */
function blocks(view, module) {
  let number = 0;
  return module.blocks.map((/** @type {Block} */ block) => {
    if (isActivity(block)) return moduleActivity(view, block, ++number);
    return view.prose(block, 'html', block.html);
  });
}

/** @param {View} view @param {Module} module */
function ending(view, module) {
  const { visit } = view;
  const { read } = moduleProgress(visit.progress, module.id);
  const open = unanswered(module, visit.progress);
  if (read && open.length === 0) return nothing;
  return html`
    <div class="ending stack">
      ${visit.unfinished === module.id || read ? stillOpen(view, module) : nothing}
      ${read
        ? nothing
        : html`<div><button type="button" class="button primary large" ?disabled=${visit.reading}
            @click=${() => visit.finishModule(module.id)}>${view.t('module.finish')}</button></div>`}
    </div>`;
}

/** The questions that keep the module from being done. @param {View} view @param {Module} module */
function stillOpen(view, module) {
  const open = unanswered(module, view.visit.progress);
  if (open.length === 0) return nothing;
  const activities = activitiesOf(module);
  return html`
    <div class="notice warn stack tight" role="status">
      <p><strong>${view.t('module.unanswered', { count: open.length })}</strong></p>
      <p class="row">${open.map((activity) => html`
        <button type="button" class="button compact" @click=${() => showActivity(activity.id)}>
          ${view.t('activity.number', { number: activities.indexOf(activity) + 1 })}</button>`)}</p>
    </div>`;
}

/** @param {string} id */
export function showActivity(id) {
  const section = document.querySelector(`[data-activity="${CSS.escape(id)}"]`);
  section?.scrollIntoView({ block: 'start', behavior: 'auto' });
  /** @type {HTMLElement | null | undefined} */ (section?.querySelector('input, .order button'))?.focus({ preventScroll: true });
}

/** Previous and next, each with the name of where it leads. @param {View} view @param {Module} module */
function waysOn(view, module) {
  const { visit } = view;
  const { previous, next } = neighbours(visit.course, module.id);
  return html`
    <nav class="ways" aria-label=${view.t('module.ways')}>
      ${previous
        ? way('previous', view.t('module.previous'), view.moduleName(previous), () => visit.go({ name: 'module', id: previous.id }))
        : way('previous', view.t('module.previous'), view.t('home.name'), () => visit.go({ name: 'home' }))}
      ${next ? wayToModule(view, next) : wayToEnd(view)}
    </nav>`;
}

/** @param {View} view @param {Module} next */
function wayToModule(view, next) {
  const { visit } = view;
  if (!moduleProgress(visit.progress, next.id).unlocked) return noWay(view, view.moduleName(next), whyLocked(view, next));
  return way('next', view.t('module.next'), view.moduleName(next), () => visit.go({ name: 'module', id: next.id }));
}

/** @param {View} view */
function wayToEnd(view) {
  const { visit } = view;
  if (!visit.course.assessment) return way('next', view.t('module.next'), view.t('home.name'), () => visit.go({ name: 'home' }));
  if (!visit.progress.assessment?.unlocked) return noWay(view, view.assessmentName, whyAssessmentLocked(view));
  return way('next', view.t('module.next'), view.assessmentName, () => visit.go({ name: 'assessment' }));
}

/** @param {'previous' | 'next'} direction @param {string} label @param {string} title @param {() => void} go */
const way = (direction, label, title, go) => html`
  <button type="button" class="way ${direction}" @click=${go}><span class="way-label">${label}</span><span class="way-title">${title}</span></button>`;

/** @param {View} view @param {string} title @param {string} why */
const noWay = (view, title, why) => html`
  <div class="way next locked"><span class="way-label with-icon">${icons.lock}<span>${view.t('module.next')}</span></span>
    <span class="way-title">${title}</span><span class="small">${why}</span></div>`;
