// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* One publication: its figures, its packages, its rules, its learners, and the launches it has refused. */

import { html, nothing } from '../../shared/html.js';
import { stateBadge, trainingBadge } from '../parts/badges.js';
import { asApiError, failureNotice } from '../parts/failure.js';
import { LearnerTable } from '../parts/learner-table.js';
import { Packages } from '../parts/packages.js';
import { problemList } from '../parts/problems.js';
import { publicationFacts } from '../parts/publication-facts.js';
import { RefusalTable } from '../parts/refusal-table.js';
import { servesTraining } from '../publication-state.js';
import { href } from '../routes.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Publication} Publication */
/** @typedef {import('../api.js').Training} Training */

/**
 * @typedef {{ publication: Publication, training: Training | undefined, refusals: import('../api.js').Refusal[],
 *   learners: { learners: import('../api.js').Registration[], next: string | null } }} Contents
 */

export class PublicationPage {
  #publication;
  #training;
  #packages;
  #learners;
  #refusals;
  #switching = false;
  /** @type {import('../api.js').ApiError | null} */
  #failure = null;

  /** @param {App} app @param {Contents} contents */
  constructor(app, { publication, training, learners, refusals }) {
    this.app = app;
    this.#publication = publication;
    this.#training = training;
    this.#packages = new Packages(app, publication.id);
    this.#learners = new LearnerTable(app, publication.id, learners);
    this.#refusals = new RefusalTable(app, refusals, {
      withPublication: false,
      authorised: (changed) => { this.#publication = changed; },
    });
  }

  /** @param {App} app @param {string} id */
  static async open(app, id) {
    const { api } = app;
    const [publication, trainings, learners, refusals] = await Promise.all([
      api.publication(id), api.trainings(), api.learners(id, null), api.refusals(id),
    ]);
    const training = trainings.find((one) => one.id === publication.training);
    return new PublicationPage(app, { publication, training, learners, refusals });
  }

  title() {
    return this.#publication.title;
  }

  rendered() {
    this.#learners.rendered();
    this.#refusals.rendered();
  }

  render() {
    const { t } = this.app;
    const publication = this.#publication;
    return html`
      <div class="stack loose">
        <div class="stack">
          <nav aria-label=${t('publication.trail')}><a class="back" href=${href.publications()}>${t('publications.title')}</a></nav>
          <div class="heading">
            <div class="row">
              <h1 tabindex="-1">${publication.title}</h1>
              ${stateBadge(this.app, publication)}
            </div>
            <a class="button" id="edit" href=${href.edit(publication.id)}>${t('publication.edit')}</a>
          </div>
          ${this.#trainingNotice()}
          ${this.#figures()}
        </div>

        <div class="columns">
          <section class="card stack" aria-labelledby="packages-title">
            <h2 id="packages-title">${t('publication.packages')}</h2>
            <p class="soft">${t('publication.packages.lead')}</p>
            ${this.#packages.render()}
          </section>
          <section class="card stack" aria-labelledby="facts-title">
            <h2 id="facts-title">${t('publication.facts')}</h2>
            ${this.#enabledSwitch()}
            ${publicationFacts(this.app, publication, this.#training)}
          </section>
        </div>

        ${this.#refusalSection()}

        <section class="card stack" aria-labelledby="learners-title">
          <h2 id="learners-title">${t('publication.learners')}</h2>
          ${this.#learners.render()}
        </section>
      </div>`;
  }

  #figures() {
    const { t, format } = this.app;
    const { learners, completed, passed, failed, credits } = this.#publication;
    const figures = [
      { test: 'learners', label: t('figure.learners'), value: learners },
      { test: 'completed', label: t('figure.completed'), value: completed },
      { test: 'passed', label: t('figure.passed'), value: passed },
      { test: 'failed', label: t('figure.failed'), value: failed },
      { test: 'credits', label: t('figure.credits'), value: credits },
    ];
    return html`
      <dl class="figures">
        ${figures.map(({ test, label, value }) => html`<div><dt>${label}</dt><dd data-test=${`figure-${test}`}>${format.number(value)}</dd></div>`)}
      </dl>`;
  }

  #trainingNotice() {
    const { t } = this.app;
    const state = this.#publication.training_state;
    if (state === 'ok') return nothing;
    const problems = this.#training?.problems ?? [];
    return html`
      <div class=${`notice ${servesTraining(state) ? 'warn' : 'bad'} stack tight`} data-test="training-notice">
        <p class="row">${trainingBadge(this.app, state)} ${servesTraining(state) ? t('publication.stale') : t('publication.broken')}</p>
        ${problems.length > 0 ? problemList(this.app, problems) : nothing}
      </div>`;
  }

  #enabledSwitch() {
    const { t } = this.app;
    const { enabled } = this.#publication;
    return html`
      <div class="switch-line">
        <button type="button" role="switch" id="enabled" class="switch" aria-checked=${String(enabled)} aria-labelledby="enabled-label"
          aria-describedby="enabled-hint" aria-disabled=${String(this.#switching)} @click=${() => this.#switchEnabled()}></button>
        <div>
          <span id="enabled-label" class="label">${t('form.enabled')}</span>
          <p id="enabled-hint" class="small soft">${enabled ? t('publication.enabled') : t('publication.disabled')}</p>
        </div>
      </div>
      ${failureNotice(this.app, this.#failure)}`;
  }

  #refusalSection() {
    const { t } = this.app;
    if (this.#refusals.refusals.length === 0) return nothing;
    return html`
      <section class="card stack" aria-labelledby="refusals-title">
        <h2 id="refusals-title">${t('refusals.title')}</h2>
        ${this.#refusals.render()}
      </section>`;
  }

  async #switchEnabled() {
    if (this.#switching) return;
    this.#switching = true;
    this.#failure = null;
    this.app.update();
    try {
      const enabled = !this.#publication.enabled;
      this.#publication = await this.#save({ enabled });
      this.app.announce(this.app.t(enabled ? 'publication.now_enabled' : 'publication.now_disabled'));
    } catch (error) {
      this.#failure = asApiError(error);
    } finally {
      this.#switching = false;
      this.app.update();
    }
  }

  /**
   * Somebody else's change meanwhile is no obstacle to a switch that touches one field: it is saved onto the newest.
   * @param {{ enabled: boolean }} change
   */
  async #save(change) {
    const { api } = this.app;
    const { id, rev: read } = this.#publication;
    try {
      return await api.updatePublication(id, { ...change, rev: read });
    } catch (error) {
      if (asApiError(error).kind !== 'conflict') throw error;
      const { rev } = await api.publication(id);
      return api.updatePublication(id, { ...change, rev });
    }
  }
}
