// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What every screen is given, and the small parts that several screens show. */

/** @import { Chapter, Module, Progress } from './types.js' */
/** @import { Visit } from './visit.js' */
/** @import { Parameters } from '../shared/i18n.js' */

import { html, nothing, prose } from '../shared/html.js';
import { directionOf } from '../shared/i18n.js';
import * as icons from './icons.js';
import { chapterOf, modulesOf, moduleProgress, neighbours } from './state.js';

export class View {
  /** @param {Visit} visit */
  constructor(visit) {
    this.visit = visit;
  }

  /** @param {string} key @param {Parameters} [parameters] */
  t(key, parameters) {
    return this.visit.catalogue.text(key, parameters);
  }

  /** Server HTML as a node that stays the same between renderings.
   * @param {object} owner @param {string} name @param {string} source @param {number} [heading] */
  prose(owner, name, source, heading = 2) {
    const { media, course } = this.visit;
    return prose(owner, name, source, { media, heading, lang: course.lang, dir: directionOf(course.lang) });
  }

  /** A title from the course, marked with its language where it is not the page's. @param {string} title */
  title(title) {
    const { course, catalogue } = this.visit;
    if (course.lang === catalogue.lang) return title;
    return html`<span lang=${course.lang} dir=${directionOf(course.lang)}>${title}</span>`;
  }

  /** @param {Module} module */
  moduleName(module) {
    return module.title || this.t('module.unnamed', { number: modulesOf(this.visit.course).indexOf(module) + 1 });
  }

  /** @param {Chapter} chapter */
  chapterName(chapter) {
    return chapter.title || this.t('chapter.unnamed', { number: this.visit.course.chapters.indexOf(chapter) + 1 });
  }

  get placementName() {
    return this.visit.course.placement?.title || this.t('placement.name');
  }

  get assessmentName() {
    return this.visit.course.assessment?.title || this.t('assessment.name');
  }
}

/**
 * The state of a module in a word, with its sign. `locked` is not the server's word, but what the learner sees first.
 * @param {Progress} progress @param {string} id
 * @returns {'open' | 'started' | 'done' | 'validated' | 'locked'}
 */
export function stateWord(progress, id) {
  const { state, unlocked } = moduleProgress(progress, id);
  return !unlocked && state !== 'done' && state !== 'validated' ? 'locked' : state;
}

/** @param {ReturnType<typeof stateWord>} state */
export function stateIcon(state) {
  if (state === 'done' || state === 'validated') return icons.check;
  if (state === 'started') return icons.half;
  return state === 'locked' ? icons.lock : nothing;
}

/** Why a module cannot be opened yet. @param {View} view @param {Module} module */
export function whyLocked(view, module) {
  const { previous } = neighbours(view.visit.course, module.id);
  if (module.unlock !== 'previous' || !previous) return view.t('module.locked');
  return view.t('module.locked_previous', { title: view.moduleName(previous) });
}

/** Why the assessment cannot be taken yet. @param {View} view */
export const whyAssessmentLocked = (view) => view.t('assessment.locked');

/** Where in the course a module stands: its chapter, and which of how many it is.
 * @param {View} view @param {string} id */
export function placeInCourse(view, id) {
  const { course } = view.visit;
  const chapter = chapterOf(course, id);
  const path = modulesOf(course);
  const number = path.findIndex((module) => module.id === id) + 1;
  const place = view.t('module.place', { number, all: path.length });
  const named = chapter && (chapter.title || course.chapters.length > 1);
  return named ? html`${view.title(view.chapterName(chapter))} <span aria-hidden="true">·</span> ${place}` : place;
}

/** Threshold, attempts left and best score of the assessment. @param {View} view */
export function assessmentFacts(view) {
  const { course, progress, catalogue } = view.visit;
  const { best = null, attempts_left: left = null } = progress.assessment ?? {};
  return html`
    <dl class="facts">
      <div><dt>${view.t('assessment.threshold')}</dt><dd class="figure">${catalogue.percent(course.assessment?.pass ?? 0)}</dd></div>
      <div><dt>${view.t('assessment.attempts')}</dt>
        <dd>${left === null ? view.t('assessment.unlimited') : view.t('assessment.left', { count: left })}</dd></div>
      ${best === null ? nothing : html`<div><dt>${view.t('assessment.best')}</dt><dd class="figure">${catalogue.percent(best)}</dd></div>`}
    </dl>`;
}

/**
 * The heading of a screen; it takes the focus when the screen changes.
 * @param {unknown} text
 */
export const screenHeading = (text) => html`<h1 id="screen-heading" tabindex="-1">${text}</h1>`;
