// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The trainings on the server: what each consists of, whether it is served, and every problem found in its files. */

import { html, nothing } from '../../shared/html.js';
import { trainingBadge } from '../parts/badges.js';
import { problemList } from '../parts/problems.js';
import { href } from '../routes.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Training} Training */

export class TrainingList {
  #trainings;

  /** @param {App} app @param {Training[]} trainings */
  constructor(app, trainings) {
    this.app = app;
    this.#trainings = trainings;
  }

  /** @param {App} app */
  static async open(app) {
    return new TrainingList(app, await app.api.trainings());
  }

  title() {
    return this.app.t('trainings.title');
  }

  render() {
    const { t } = this.app;
    return html`
      <div class="stack loose">
        <div class="stack tight">
          <h1 tabindex="-1">${this.title()}</h1>
          <p class="soft lead">${t('trainings.lead')}</p>
        </div>
        ${this.#trainings.length === 0
          ? html`<p class="notice info" data-test="no-trainings">${t('trainings.none')} <code>ScormConnectTrainings</code></p>`
          : html`<ul class="stack" data-test="trainings">${this.#trainings.map((training) => this.#card(training))}</ul>`}
      </div>`;
  }

  /** @param {Training} training */
  #card(training) {
    const { t } = this.app;
    return html`
      <li class="card stack" data-id=${training.id}>
        <div class="heading">
          <div class="row">
            <h2 class="card-title">${training.title || training.id}</h2>
            ${trainingBadge(this.app, training.state)}
          </div>
          <a class="button compact" href=${href.create(training.id)} aria-label=${t('trainings.publish_one', { title: training.title || training.id })}>${t('trainings.publish')}</a>
        </div>
        <p class="soft small facts-line">${this.#facts(training).map((fact) => html`<span>${fact}</span>`)}</p>
        ${training.state === 'stale' ? html`<p class="notice warn">${t('trainings.stale')}</p>` : nothing}
        ${training.state === 'broken' ? html`<p class="notice bad">${t('trainings.broken')}</p>` : nothing}
        ${training.problems.length > 0 ? problemList(this.app, training.problems) : nothing}
      </li>`;
  }

  /** @param {Training} training */
  #facts({ id, state, langs, modules, activities, placement, assessment }) {
    const { t, format } = this.app;
    /** @type {unknown[]} */
    const facts = [html`<code>${id}</code>`];
    // Of a training that was never read whole, the figures would mislead.
    if (state === 'broken') return facts;
    if (langs.length > 0) facts.push(format.list(langs.map((lang) => format.language(lang))));
    facts.push(t('trainings.modules', { count: modules }), t('trainings.activities', { count: activities }));
    if (placement) facts.push(t('trainings.placement'));
    facts.push(assessment ? t('trainings.assessment', { pass: format.percent(assessment.pass) }) : t('trainings.no_assessment'));
    return facts;
  }
}
