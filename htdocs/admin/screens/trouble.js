// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The screen for an address that could not be shown: why, and what to do. An outage repairs itself, so the page
 * tries again by itself, and says so. */

import { html, nothing } from '../../shared/html.js';
import { ApiError } from '../api.js';
import { asApiError, failureSentence, technicalLine } from '../parts/failure.js';
import { href } from '../routes.js';

/** @typedef {import('../app.js').App} App */

/** @type {Record<import('../api.js').ErrorKind, string>} */
const TITLES = {
  network: 'trouble.network',
  signed_out: 'trouble.signed_out',
  forbidden: 'trouble.forbidden',
  missing: 'trouble.missing',
  conflict: 'trouble.failed',
  invalid: 'trouble.failed',
  unavailable: 'trouble.unavailable',
  failed: 'trouble.failed',
};

/** Kinds that pass without anybody's help. */
const PASSING = new Set(['network', 'unavailable']);
const SHORTEST_WAIT_S = 5;
const LONGEST_WAIT_S = 60;

export class Trouble {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {App} app @param {unknown} error @param {(() => void) | null} retry */
  constructor(app, error, retry) {
    this.app = app;
    this.error = asApiError(error);
    this.retry = retry;
    if (retry && PASSING.has(this.error.kind)) {
      const wait = Math.min(Math.max(this.error.retryAfter, SHORTEST_WAIT_S), LONGEST_WAIT_S);
      this.#timer = setTimeout(retry, wait * 1000);
    }
  }

  /** @param {App} app */
  static nowhere(app) {
    return new Trouble(app, new ApiError('missing'), null);
  }

  title() {
    return this.app.t(TITLES[this.error.kind]);
  }

  leave() {
    clearTimeout(this.#timer);
  }

  render() {
    const { t } = this.app;
    const { kind } = this.error;
    return html`
      <section class="card stack trouble" data-test="trouble" data-kind=${kind}>
        <h1 tabindex="-1">${this.title()}</h1>
        <p>${failureSentence(this.app, this.error)}</p>
        ${kind === 'forbidden' ? this.#require() : nothing}
        ${PASSING.has(kind) ? html`<p class="soft">${t('trouble.retrying')}</p>` : nothing}
        <div class="row">${this.#way()}</div>
        ${technicalLine(this.error)}
      </section>`;
  }

  #way() {
    const { t } = this.app;
    if (this.error.kind === 'signed_out') {
      return html`<button type="button" class="button primary" data-test="reload" @click=${() => window.location.reload()}>${t('trouble.sign_in')}</button>`;
    }
    if (this.error.kind === 'missing' || !this.retry) return html`<a class="button primary" href=${href.publications()}>${t('trouble.to_list')}</a>`;
    return html`<button type="button" class="button primary" data-test="retry" @click=${this.retry}>${t('trouble.retry')}</button>`;
  }

  /** For whoever configures the server: it is a setting, not a fault. */
  #require() {
    const { t } = this.app;
    const path = new URL(document.baseURI).pathname.replace(/\/$/, '');
    const example = `<Location "${path}">\n    SetHandler scormconnect-admin\n    AuthType Basic\n    AuthName "Publishers"\n`
      + '    AuthUserFile "/etc/apache2/publishers"\n    Require valid-user\n</Location>';
    return html`
      <h2>${t('trouble.require.title')}</h2>
      <p>${t('trouble.require.text')}</p>
      <pre tabindex="0" role="region" aria-label=${t('trouble.require.example')} dir="ltr"><code>${example}</code></pre>`;
  }
}
