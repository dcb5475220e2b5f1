// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The LMS addresses of a publication, one row each, with the server's verdict under every row while it is typed. */

import { html, nothing } from '../../shared/html.js';
import { OriginChecks, repeated, splitPaste } from '../origins.js';
import { group } from './field.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../draft.js').DraftOrigin} DraftOrigin */

/** @typedef {DraftOrigin & { key: number }} Row the key gives the row's elements their ids, whatever comes and goes above */

/** @typedef {{ state: 'empty' | 'waiting' } | { state: 'good', origin: string } | { state: 'repeated', line: number }
 *   | { state: 'wrong', message: string }} RowState */

export class OriginRows {
  #lastKey = 0;
  /** @type {Row[]} */
  #rows = [];
  /** @type {string | null} The element that takes the focus after the next drawing. */
  #focusNext = null;

  /**
   * @param {App} app
   * @param {DraftOrigin[]} origins
   * @param {(origins: DraftOrigin[]) => void} changed
   */
  constructor(app, origins, changed) {
    this.app = app;
    this.changed = changed;
    this.checks = new OriginChecks((texts) => app.api.checkOrigins(texts), () => app.update());
    this.#rows = origins.map((origin) => this.#newRow(origin));
    if (this.#rows.length === 0) this.#rows.push(this.#newRow());
    this.#check();
  }

  /** The id of the first row that is known to be wrong; null if there is none. */
  firstWrong() {
    const states = this.#states();
    const index = states.findIndex(({ state }) => state === 'wrong' || state === 'repeated');
    return index < 0 ? null : `origin-${this.#rows[index].key}`;
  }

  stop() {
    this.checks.stop();
  }

  /** After each drawing: the browser's own validity agrees with what is shown. */
  rendered() {
    const states = this.#states();
    this.#rows.forEach((row, index) => {
      const input = /** @type {HTMLInputElement | null} */ (document.getElementById(`origin-${row.key}`));
      input?.setCustomValidity(this.#validity(states[index]));
    });
    if (this.#focusNext) document.getElementById(this.#focusNext)?.focus();
    this.#focusNext = null;
  }

  /** @param {string} error the server's complaint about the list as a whole */
  render(error) {
    const { t } = this.app;
    const states = this.#states();
    return group({ id: 'origins', label: t('origins.label'), hint: t('origins.hint'), error }, html`
      <ol class="origin-rows">
        ${this.#rows.map((row, index) => this.#row(row, index, states[index]))}
      </ol>
      <div><button type="button" id="origin-add" class="button compact" @click=${() => this.#add()}>${t('origins.add')}</button></div>
      ${this.#realms()}`);
  }

  /** @param {Row} row @param {number} index @param {RowState} status */
  #row(row, index, status) {
    const { t } = this.app;
    const id = `origin-${row.key}`;
    const wrong = status.state === 'wrong' || status.state === 'repeated';
    return html`
      <li class="origin-row" data-state=${status.state}>
        <label class="visually-hidden" for=${id}>${t('origins.row', { line: index + 1 })}</label>
        <div class="origin-line">
          <input id=${id} name="origin" type="text" inputmode="url" autocapitalize="none" autocomplete="off" spellcheck="false"
            dir="ltr" placeholder="https://lms.example.com" .value=${row.text}
            aria-invalid=${wrong ? 'true' : nothing} aria-describedby=${`${id}-message`}
            @input=${(/** @type {Event} */ event) => this.#edit(row, /** @type {HTMLInputElement} */ (event.target).value)}
            @paste=${(/** @type {ClipboardEvent} */ event) => this.#paste(event, index)}>
          <button type="button" class="button quiet compact" data-test="origin-remove"
            aria-label=${t('origins.remove_row', { line: index + 1 })} @click=${() => this.#remove(index)}>${t('origins.remove')}</button>
        </div>
        <p id=${`${id}-message`} class=${`origin-message ${status.state}`} aria-live="polite" data-test="origin-message">${this.#message(status)}</p>
      </li>`;
  }

  /** @param {RowState} status */
  #message(status) {
    const { t } = this.app;
    switch (status.state) {
      case 'empty': return t('origins.format');
      case 'waiting': return t('origins.waiting');
      case 'good': return html`<span>${t('origins.good')}</span> <bdi dir="ltr">${status.origin}</bdi>`;
      case 'repeated': return t('origins.repeated', { line: status.line });
      case 'wrong': return html`<span>${t('origins.wrong')}</span> <span lang="en" dir="ltr">${status.message}</span>`;
    }
  }

  /** Rarely needed, so it stands behind a summary; open where it is in use. */
  #realms() {
    const { t } = this.app;
    const rows = this.#rows.filter(({ text }) => text.trim());
    if (rows.length === 0) return nothing;
    return html`
      <details class="realms" ?open=${rows.some(({ realm }) => realm)}>
        <summary>${t('realms.summary')}</summary>
        <div class="stack">
          <p class="small">${t('realms.text')}</p>
          ${rows.map((row) => html`
            <div class="field">
              <label for=${`realm-${row.key}`}>${t('realms.label', { origin: row.text.trim() })}</label>
              <input id=${`realm-${row.key}`} name="realm" type="text" class="medium" autocapitalize="none" autocomplete="off" spellcheck="false"
                dir="ltr" .value=${row.realm} @input=${(/** @type {Event} */ event) => {
                  row.realm = /** @type {HTMLInputElement} */ (event.target).value;
                  this.#tell();
                }}>
            </div>`)}
        </div>
      </details>`;
  }

  /** @returns {RowState[]} */
  #states() {
    const verdicts = this.#rows.map(({ text }) => this.checks.verdict(text));
    const repeats = repeated(verdicts.map((verdict) => (verdict?.ok ? verdict.origin : null)));
    return this.#rows.map(({ text }, index) => {
      const verdict = verdicts[index];
      const earlier = repeats.get(index);
      if (!text.trim()) return { state: 'empty' };
      if (!verdict) return { state: 'waiting' };
      if (!verdict.ok) return { state: 'wrong', message: verdict.message };
      return earlier === undefined ? { state: 'good', origin: verdict.origin } : { state: 'repeated', line: earlier + 1 };
    });
  }

  /** @param {RowState} status the sentence for the browser; empty when all is well */
  #validity(status) {
    if (status.state === 'wrong') return `${this.app.t('origins.wrong')} ${status.message}`;
    if (status.state === 'repeated') return this.app.t('origins.repeated', { line: status.line });
    return '';
  }

  /** @param {Row} row @param {string} text */
  #edit(row, text) {
    row.text = text;
    this.#check();
    this.#tell();
  }

  /** Several addresses in the clipboard make several rows; a single one is the browser's business. @param {ClipboardEvent} event @param {number} index */
  #paste(event, index) {
    const texts = splitPaste(event.clipboardData?.getData('text') ?? '');
    if (texts.length < 2) return;
    event.preventDefault();
    const rows = texts.map((text) => this.#newRow({ text, realm: '' }));
    const replaced = this.#rows[index].text.trim() === '' ? 1 : 0;
    this.#rows.splice(replaced ? index : index + 1, replaced, ...rows);
    this.#focusNext = `origin-${rows[rows.length - 1].key}`;
    this.#check();
    this.#tell();
    this.app.announce(this.app.t('origins.pasted', { count: rows.length }));
  }

  #add() {
    const row = this.#newRow();
    this.#rows.push(row);
    this.#focusNext = `origin-${row.key}`;
    this.#tell();
  }

  /** @param {number} index */
  #remove(index) {
    this.#rows.splice(index, 1);
    if (this.#rows.length === 0) this.#rows.push(this.#newRow());
    this.#focusNext = `origin-${this.#rows[Math.min(index, this.#rows.length - 1)].key}`;
    this.#tell();
    this.app.announce(this.app.t('origins.removed'));
  }

  #check() {
    this.checks.want(this.#rows.map(({ text }) => text));
  }

  #tell() {
    this.changed(this.#rows.map(({ text, realm }) => ({ text, realm })));
    this.app.update();
  }

  /** @param {DraftOrigin} [origin] @returns {Row} */
  #newRow(origin = { text: '', realm: '' }) {
    this.#lastKey += 1;
    return { ...origin, key: this.#lastKey };
  }
}
