// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The list of publications: the first thing a publisher sees, and on the first day a guide to the first one. */

import { html, nothing } from '../../shared/html.js';
import { stateBadge, trainingBadge } from '../parts/badges.js';
import { table } from '../parts/table.js';
import { matching } from '../publication-state.js';
import { href } from '../routes.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Publication} Publication */
/** @typedef {import('../api.js').Training} Training */

const ORIGINS_SHOWN = 2;

export class PublicationList {
  #publications;
  /** Titles of trainings by id. */
  #titles;

  /** @param {App} app @param {Publication[]} publications @param {Training[]} trainings @param {string} search */
  constructor(app, publications, trainings, search) {
    this.app = app;
    this.#publications = publications;
    this.#titles = new Map(trainings.map(({ id, title }) => [id, title]));
    this.search = search;
  }

  /** @param {App} app @param {string} search */
  static async open(app, search) {
    const [publications, trainings] = await Promise.all([app.api.publications(), app.api.trainings()]);
    return new PublicationList(app, publications, trainings, search);
  }

  title() {
    return this.app.t('publications.title');
  }

  render() {
    const { t } = this.app;
    const empty = this.#publications.length === 0;
    return html`
      <div class="stack loose">
        <div class="row apart">
          <h1 tabindex="-1">${this.title()}</h1>
          <a class="button primary" id="new-publication" href=${href.create()}>${t('publications.new')}</a>
        </div>
        ${empty ? this.#firstSteps() : this.#list()}
      </div>`;
  }

  #list() {
    const { t } = this.app;
    const found = matching(this.#publications, this.search, (id) => this.#titleOf(id));
    return html`
      <div class="stack">
        <div class="row apart">
          <search class="field search">
            <label class="visually-hidden" for="search">${t('publications.search')}</label>
            <input id="search" type="search" autocomplete="off" placeholder=${t('publications.search')} .value=${this.search}
              @input=${(/** @type {Event} */ event) => this.#find(/** @type {HTMLInputElement} */ (event.target).value)}>
          </search>
          <p class="soft small" role="status" data-test="found">${t('publications.found', { count: found.length })}</p>
        </div>
        ${found.length === 0
          ? html`<p class="notice info" data-test="nothing-found">${t('publications.nothing_found')}</p>`
          : html`<div class="card">${table({
              caption: t('publications.caption'), columns: this.#columns(), rows: found, idOf: ({ id }) => id, test: 'publications',
            })}</div>`}
      </div>`;
  }

  /** @returns {import('../parts/table.js').Column<Publication>[]} */
  #columns() {
    const { t, format } = this.app;
    return [
      { label: t('publications.publication'), header: true, cell: (publication) => this.#name(publication) },
      { label: t('publications.state'), cell: (publication) => this.#state(publication) },
      { label: t('publications.lms'), cell: ({ origins }) => this.#origins(origins.map(({ origin }) => origin)) },
      { label: t('figure.learners'), number: true, cell: ({ learners }) => format.number(learners) },
      { label: t('figure.completed'), number: true, cell: ({ completed }) => format.number(completed) },
      { label: t('figure.passed'), number: true, cell: ({ passed }) => format.number(passed) },
      { label: t('figure.failed'), number: true, cell: ({ failed }) => format.number(failed) },
      { label: t('figure.credits'), number: true, cell: ({ credits }) => format.number(credits) },
    ];
  }

  /** @param {Publication} publication */
  #name({ id, title, training }) {
    const trainingTitle = this.#titleOf(training);
    return html`
      <a class="row-title" href=${href.publication(id)}>${title}</a>
      ${trainingTitle === title ? nothing : html`<span class="small soft">${trainingTitle}</span>`}`;
  }

  /** A stale training is still open, and yet the publisher wants to know. @param {Publication} publication */
  #state(publication) {
    return html`
      ${stateBadge(this.app, publication)}
      ${publication.training_state === 'stale' ? trainingBadge(this.app, 'stale') : nothing}`;
  }

  /** @param {string[]} origins */
  #origins(origins) {
    const { t } = this.app;
    if (origins.length === 0) return html`<span class="soft">${t('publications.no_lms')}</span>`;
    const rest = origins.length - ORIGINS_SHOWN;
    return html`
      <ul class="plain-list small">
        ${origins.slice(0, ORIGINS_SHOWN).map((origin) => html`<li><bdi dir="ltr">${origin.replace(/^https:\/\//, '')}</bdi></li>`)}
        ${rest > 0 ? html`<li class="soft">${t('publications.more_lms', { count: rest })}</li>` : nothing}
      </ul>`;
  }

  #firstSteps() {
    const { t } = this.app;
    const hasTraining = this.#titles.size > 0;
    return html`
      <section class="card stack first-steps" data-test="first-steps">
        <h2>${t('first.title')}</h2>
        <p>${t('first.lead')}</p>
        <ol class="steps">
          <li class=${hasTraining ? 'done' : ''}>
            <h3>${t('first.training')}</h3>
            <p>${hasTraining ? t('first.training.done', { count: this.#titles.size }) : t('first.training.todo')}
              <a href=${href.trainings()}>${t('first.training.link')}</a></p>
          </li>
          <li>
            <h3>${t('first.publication')}</h3>
            <p>${t('first.publication.text')}</p>
          </li>
          <li>
            <h3>${t('first.package')}</h3>
            <p>${t('first.package.text')}</p>
          </li>
        </ol>
        <div><a class=${hasTraining ? 'button primary' : 'button'} href=${href.create()}>${t('first.start')}</a></div>
      </section>`;
  }

  /** The search is part of the address: "back" returns to what was found. @param {string} search */
  #find(search) {
    this.search = search;
    this.app.navigation.rename(href.publications(search.trim()));
    this.app.update();
  }

  /** @param {string} training */
  #titleOf(training) {
    return this.#titles.get(training) || training;
  }
}
