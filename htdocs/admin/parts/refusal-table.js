// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Refused launches: what happened, why in plain words, and the cure: one click where the address is the reason,
 * a link to the right place otherwise. */

import { html, nothing } from '../../shared/html.js';
import { href } from '../routes.js';
import { asApiError, failureNotice } from './failure.js';
import { table } from './table.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Refusal} Refusal */
/** @typedef {import('../api.js').ApiError} ApiError */
/** @typedef {import('../api.js').Publication} Publication */

/** @typedef {'edit' | 'trainings' | null} Cure */

/** @type {Record<string, { why: string, todo: string, cure: Cure }>} */
const REASONS = {
  origin_refused: { why: 'refusal.origin', todo: 'refusal.origin.todo', cure: null },
  learner_disabled: { why: 'refusal.learner_disabled', todo: 'refusal.learner_disabled.todo', cure: null },
  learner_missing: { why: 'refusal.learner_missing', todo: 'refusal.learner_missing.todo', cure: null },
  publication_closed: { why: 'refusal.closed', todo: 'refusal.closed.todo', cure: 'edit' },
  publication_full: { why: 'refusal.full', todo: 'refusal.full.todo', cure: 'edit' },
  publication_not_started: { why: 'refusal.not_started', todo: 'refusal.not_started.todo', cure: 'edit' },
  publication_ended: { why: 'refusal.ended', todo: 'refusal.ended.todo', cure: 'edit' },
  publication_unknown: { why: 'refusal.unknown', todo: 'refusal.unknown.todo', cure: null },
  training_unavailable: { why: 'refusal.training', todo: 'refusal.training.todo', cure: 'trainings' },
};

export class RefusalTable {
  /** @type {Set<string>} The refusals whose authorisation is under way. */
  #running = new Set();
  /** @type {Map<string, ApiError>} */
  #failures = new Map();
  /** @type {string | null} */
  #focusNext = null;

  /**
   * @param {App} app
   * @param {Refusal[]} refusals
   * @param {{ withPublication: boolean, authorised?: (publication: Publication) => void }} options
   */
  constructor(app, refusals, options) {
    this.app = app;
    this.refusals = refusals;
    this.options = options;
  }

  render() {
    const { t, format } = this.app;
    /** @type {import('./table.js').Column<Refusal>[]} */
    const columns = [
      { label: t('refusals.where'), header: true, cell: (refusal) => html`<bdi dir="ltr">${refusal.origin || t('refusals.nowhere')}</bdi>` },
      { label: t('refusals.why'), cell: (refusal) => this.#why(refusal) },
      { label: t('refusals.count'), number: true, cell: ({ count }) => format.number(count) },
      { label: t('refusals.last'), cell: ({ last_at }) => html`<time datetime=${last_at}>${format.moment(last_at)}</time>` },
      { label: t('refusals.cure'), cell: (refusal) => this.#cure(refusal) },
    ];
    if (this.options.withPublication) {
      columns.splice(1, 0, { label: t('refusals.publication'), cell: (refusal) => this.#publication(refusal) });
    }
    return table({ caption: t('refusals.caption'), columns, rows: this.refusals, idOf: ({ id }) => id, test: 'refusals' });
  }

  rendered() {
    if (this.#focusNext) document.getElementById(this.#focusNext)?.focus();
    this.#focusNext = null;
  }

  /** @param {Refusal} refusal */
  #publication({ publication, title }) {
    if (!publication) return title ?? '–';
    return title === null ? publication : html`<a href=${href.publication(publication)}>${title}</a>`;
  }

  /** @param {Refusal} refusal */
  #why(refusal) {
    const { t } = this.app;
    const reason = REASONS[refusal.code];
    if (!reason) return html`${t('refusal.other')} <code>${refusal.code}</code>`;
    return html`
      ${t(reason.why)}
      ${refusal.learner_id ? html`<span class="small soft">${t('refusal.learner')} <bdi>${refusal.learner_id}</bdi></span>` : nothing}`;
  }

  /** @param {Refusal} refusal */
  #cure(refusal) {
    const { t } = this.app;
    const reason = REASONS[refusal.code];
    if (refusal.authorised) {
      return html`<span id=${`authorised-${refusal.id}`} class="badge good" tabindex="-1" data-test="authorised">${t('refusal.authorised')}</span>`;
    }
    if (refusal.can_authorise) return this.#authoriseButton(refusal);
    if (!reason) return '–';
    return html`
      <span class="small">${t(reason.todo)}</span>
      ${reason.cure === 'edit' && refusal.publication ? html`<a href=${href.edit(refusal.publication)}>${t('refusal.edit')}</a>` : nothing}
      ${reason.cure === 'trainings' ? html`<a href=${href.trainings()}>${t('refusal.trainings')}</a>` : nothing}`;
  }

  /** @param {Refusal} refusal */
  #authoriseButton(refusal) {
    const { t } = this.app;
    const running = this.#running.has(refusal.id);
    return html`
      <button type="button" class="button compact" data-test="authorise" aria-disabled=${running ? 'true' : 'false'}
        aria-label=${t('refusal.authorise_origin', { origin: refusal.origin })} @click=${() => this.#authorise(refusal)}>
        ${running ? t('refusal.authorising') : t('refusal.authorise')}
      </button>
      ${failureNotice(this.app, this.#failures.get(refusal.id) ?? null)}`;
  }

  /** @param {Refusal} refusal */
  async #authorise(refusal) {
    if (this.#running.has(refusal.id)) return;
    this.#running.add(refusal.id);
    this.#failures.delete(refusal.id);
    this.app.update();
    try {
      const publication = await this.app.api.authorise(refusal.id);
      this.#markAuthorised(refusal);
      this.#focusNext = `authorised-${refusal.id}`;
      this.options.authorised?.(publication);
      this.app.announce(this.app.t('refusal.now_authorised', { origin: refusal.origin, title: publication.title }));
    } catch (error) {
      this.#failures.set(refusal.id, asApiError(error));
    } finally {
      this.#running.delete(refusal.id);
      this.app.update();
    }
  }

  /** Other refusals of the same address by the same publication are cured by the same click. @param {Refusal} cured */
  #markAuthorised(cured) {
    for (const refusal of this.refusals) {
      const same = refusal.publication === cured.publication && refusal.origin === cured.origin && refusal.code === cured.code;
      if (same) refusal.authorised = true;
    }
  }
}
