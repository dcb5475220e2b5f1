// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The learners of a publication, a page of them at a time, with what the LMS has acknowledged of each. */

import { html, nothing } from '../../shared/html.js';
import { statusBadge } from './badges.js';
import { asApiError, failureNotice } from './failure.js';
import { table } from './table.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Registration} Registration */

export class LearnerTable {
  #loading = false;
  /** @type {import('../api.js').ApiError | null} */
  #failure = null;
  /** @type {string | null} The learner whose row takes the focus after the next drawing. */
  #focusNext = null;

  /**
   * @param {App} app
   * @param {string} publication
   * @param {{ learners: Registration[], next: string | null }} page the first one
   */
  constructor(app, publication, page) {
    this.app = app;
    this.publication = publication;
    this.learners = page.learners;
    this.next = page.next;
  }

  render() {
    const { t } = this.app;
    if (this.learners.length === 0) return html`<p class="soft" data-test="no-learners">${t('learners.none')}</p>`;
    return html`
      ${table({ caption: t('learners.caption'), columns: this.#columns(), rows: this.learners, idOf: ({ learner_id }) => learner_id, test: 'learners' })}
      ${failureNotice(this.app, this.#failure)}
      ${this.next ? this.#more() : nothing}`;
  }

  rendered() {
    if (this.#focusNext === null) return;
    const row = document.querySelector(`[data-test="learners"] tr[data-id="${CSS.escape(this.#focusNext)}"] th`);
    /** @type {HTMLElement | null} */ (row)?.focus();
    this.#focusNext = null;
  }

  /** @returns {import('./table.js').Column<Registration>[]} */
  #columns() {
    const { t, format } = this.app;
    return [
      { label: t('learners.learner'), header: true, cell: (learner) => this.#who(learner) },
      { label: t('learners.status'), cell: ({ status }) => statusBadge(this.app, status) },
      { label: t('learners.score'), number: true, cell: ({ score }) => (score === null ? '–' : format.score(score)) },
      { label: t('learners.progress'), number: true, cell: ({ percent }) => format.percent(percent) },
      { label: t('learners.time'), number: true, cell: ({ seconds }) => format.duration(seconds) },
      { label: t('learners.attempts'), number: true, cell: ({ attempts }) => format.number(attempts) },
      { label: t('learners.seen'), cell: ({ seen_at }) => html`<time datetime=${seen_at}>${format.moment(seen_at)}</time>` },
      { label: t('learners.delivered'), cell: (learner) => this.#delivered(learner) },
    ];
  }

  /** @param {Registration} learner */
  #who({ learner_id, name, state }) {
    return html`
      <bdi class="learner-id">${learner_id}</bdi>
      ${name ? html`<bdi class="small soft learner-name">${name}</bdi>` : nothing}
      ${state === 'disabled' ? html`<span class="badge warn">${this.app.t('learners.disabled')}</span>` : nothing}`;
  }

  /** @param {Registration} learner */
  #delivered({ delivered, rev }) {
    const { t, format } = this.app;
    if (!delivered) return html`<span class="soft" data-delivery="none">${t('delivery.none')}</span>`;
    const when = html`<time class="small soft" datetime=${delivered.at}>${format.moment(delivered.at)}</time>`;
    if (delivered.lms !== 'ok') {
      return html`<span class="badge bad" data-delivery="refused">${t('delivery.refused', { code: delivered.lms })}</span> ${when}`;
    }
    if (delivered.rev < rev) return html`<span class="badge warn" data-delivery="behind">${t('delivery.behind')}</span> ${when}`;
    return html`<span class="badge good" data-delivery="ok">${t('delivery.ok')}</span> ${when}`;
  }

  #more() {
    const { t } = this.app;
    return html`
      <div class="row">
        <button type="button" class="button" data-test="more-learners" aria-disabled=${this.#loading ? 'true' : 'false'} @click=${() => this.#loadMore()}>
          ${this.#loading ? t('app.loading') : t('learners.more')}
        </button>
        <span class="soft small">${t('learners.shown', { count: this.learners.length })}</span>
      </div>`;
  }

  async #loadMore() {
    if (this.#loading) return;
    this.#loading = true;
    this.#failure = null;
    this.app.update();
    try {
      const page = await this.app.api.learners(this.publication, this.next);
      const known = new Set(this.learners.map(({ learner_id, started_at }) => `${learner_id} ${started_at}`));
      // A learner who came back while we read is listed again further up; nobody is shown twice.
      const added = page.learners.filter(({ learner_id, started_at }) => !known.has(`${learner_id} ${started_at}`));
      this.learners = [...this.learners, ...added];
      this.next = page.next;
      this.#focusNext = added[0]?.learner_id ?? null;
      this.app.announce(this.app.t('learners.added', { count: added.length }));
    } catch (error) {
      this.#failure = asApiError(error);
    } finally {
      this.#loading = false;
      this.app.update();
    }
  }
}
