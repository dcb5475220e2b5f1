// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The home page of a training: what it is, where the learner stands, the whole path. */

/** @import { Chapter, Module } from '../types.js' */
/** @import { Target } from '../state.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import * as icons from '../icons.js';
import {
  countDone, findModule, hasAttempt, isDone, moduleProgress, offersPlacement, resumeTarget,
} from '../state.js';
import { assessmentFacts, screenHeading, stateIcon, stateWord, whyAssessmentLocked, whyLocked } from '../view.js';

/** @param {View} view */
export function homeScreen(view) {
  const { course, progress, returning } = view.visit;
  return html`
    <div class="stack loose">
      <header class="stack">
        ${returning ? html`<p class="eyebrow">${view.t('home.welcome_back')}</p>` : nothing}
        ${screenHeading(view.title(course.title))}
        ${returning ? nothing : introduction(view)}
      </header>
      ${outcome(view)}
      ${offersPlacement(course, progress) ? offerAndNextStep(view) : nextStep(view, 'primary')}
      ${returning ? introductionAgain(view) : nothing}
      <section class="stack loose" aria-labelledby="path-heading">
        <h2 id="path-heading" class="visually-hidden">${view.t('home.path')}</h2>
        ${course.chapters.map((chapter) => chapterPath(view, chapter))}
      </section>
      ${assessmentCard(view)}
    </div>`;
}

/** @param {View} view */
function introduction(view) {
  const { course } = view.visit;
  return course.html ? html`<div class="lead">${view.prose(course, 'html', course.html)}</div>` : nothing;
}

/** @param {View} view */
function introductionAgain(view) {
  const { course } = view.visit;
  if (!course.html) return nothing;
  return html`<details class="about"><summary>${view.t('home.about')}</summary>${introduction(view)}</details>`;
}

/** The outcome, once there is one. @param {View} view */
function outcome(view) {
  const { status, score } = view.visit.progress;
  const tone = { passed: 'good', completed: 'info', failed: 'warn' }[/** @type {string} */ (status)];
  if (!tone) return nothing;
  return html`
    <p class="notice ${tone}"><strong>${view.t(`home.status.${status}`)}</strong>
      ${score === null ? nothing : view.t('home.score', { score: view.visit.catalogue.percent(score) })}</p>`;
}

/** The test comes first until a module was opened; then going on does. @param {View} view */
function offerAndNextStep(view) {
  return view.visit.progress.location
    ? html`${nextStep(view, 'primary')}${placementOffer(view, '')}`
    : html`${placementOffer(view, 'primary')}${nextStep(view, '')}`;
}

/** @param {View} view @param {string} weight of its button */
function placementOffer(view, weight) {
  return html`
    <section class="card stack ${weight ? 'offer' : ''}" aria-labelledby="placement-heading">
      <h2 id="placement-heading">${view.title(view.placementName)}</h2>
      <p>${view.t('placement.offer')}</p>
      <div class="row">
        <button type="button" class="button ${weight}" @click=${() => view.visit.go({ name: 'placement' })}>${view.t('placement.take')}</button>
        <button type="button" class="button quiet" @click=${() => view.visit.skipPlacement()}>${view.t('placement.skip')}</button>
      </div>
    </section>`;
}

/** How far the learner is, and the one button that goes on. @param {View} view @param {string} weight of its button */
function nextStep(view, weight) {
  const { visit } = view;
  const { course, progress } = visit;
  const target = resumeTarget(course, progress);
  const { done, all } = countDone(course, progress);
  return html`
    <section class="card stack" aria-label=${view.t('home.progress')}>
      <div class="row apart">
        <span>${view.t('home.done', { count: done, all })}</span>
        <strong class="figure">${visit.catalogue.percent(progress.percent)}</strong>
      </div>
      <progress max="100" .value=${progress.percent} aria-label=${view.t('home.progress')}></progress>
      ${target
        ? html`<div><button type="button" class="button ${weight} large" @click=${() => visit.go(target)}>
            ${targetLabel(view, target)}</button></div>`
        : nothing}
    </section>`;
}

/** @param {View} view @param {Target} target */
function targetLabel(view, target) {
  const { course, progress } = view.visit;
  if (target.name === 'assessment') return view.t('home.continue', { title: view.assessmentName });
  const module = findModule(course, target.id);
  const untouched = progress.percent === 0 && moduleProgress(progress, target.id).state === 'open';
  return view.t(untouched ? 'home.start' : 'home.continue', { title: module ? view.moduleName(module) : '' });
}

/** @param {View} view @param {Chapter} chapter */
function chapterPath(view, chapter) {
  const { course } = view.visit;
  const named = chapter.title !== '' || course.chapters.length > 1;
  return html`
    <div class="stack">
      ${named ? html`<h3>${view.title(view.chapterName(chapter))}</h3>` : nothing}
      <ol class="path" role="list">${chapter.modules.map((module) => pathStep(view, module))}</ol>
    </div>`;
}

/** @param {View} view @param {Module} module */
function pathStep(view, module) {
  const { visit } = view;
  const state = stateWord(visit.progress, module.id);
  const text = html`
    <span class="path-title">${view.title(view.moduleName(module))}</span>
    <span class="path-note">
      ${state === 'locked' ? whyLocked(view, module) : view.t(`module.state.${state}`)}
      ${module.minutes === null || isDone(visit.progress, module.id) ? nothing : html`<span aria-hidden="true">·</span> ${view.t('module.minutes', { count: module.minutes })}`}
    </span>`;
  return html`
    <li class="path-step ${state}">
      <span class="path-sign">${stateIcon(state)}</span>
      ${state === 'locked'
        ? html`<div class="path-link">${text}</div>`
        : html`<button type="button" class="path-link" @click=${() => visit.go({ name: 'module', id: module.id })}>${text}</button>`}
    </li>`;
}

/** @param {View} view */
function assessmentCard(view) {
  const state = view.visit.progress.assessment;
  if (!view.visit.course.assessment || !state) return nothing;
  const open = state.unlocked && (state.open || hasAttempt(state));
  return html`
    <section class="card stack" aria-labelledby="assessment-heading">
      <div class="row apart">
        <h2 id="assessment-heading" class="with-icon">${icons.flag}<span>${view.title(view.assessmentName)}</span></h2>
        ${state.passed ? html`<span class="badge good">${view.t('assessment.passed')}</span>` : nothing}
      </div>
      ${assessmentFacts(view)}
      ${state.unlocked ? nothing : html`<p class="soft with-icon">${icons.lock}<span>${whyAssessmentLocked(view)}</span></p>`}
      ${state.unlocked && !open && !state.passed ? html`<p class="soft">${view.t('assessment.no_attempt')}</p>` : nothing}
      ${open
        ? html`<div><button type="button" class="button" @click=${() => view.visit.go({ name: 'assessment' })}>
            ${view.t(state.open ? 'assessment.resume' : 'assessment.go')}</button></div>`
        : nothing}
    </section>`;
}
