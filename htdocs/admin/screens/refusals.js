// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* All refused launches, newest first. */

import { html } from '../../shared/html.js';
import { RefusalTable } from '../parts/refusal-table.js';

/** @typedef {import('../app.js').App} App */

export class RefusalList {
  /** @param {App} app @param {import('../api.js').Refusal[]} refusals */
  constructor(app, refusals) {
    this.app = app;
    this.table = new RefusalTable(app, refusals, { withPublication: true });
  }

  /** @param {App} app */
  static async open(app) {
    return new RefusalList(app, await app.api.refusals());
  }

  title() {
    return this.app.t('refusals.title');
  }

  rendered() {
    this.table.rendered();
  }

  render() {
    const { t } = this.app;
    return html`
      <div class="stack loose">
        <div class="stack tight">
          <h1 tabindex="-1">${this.title()}</h1>
          <p class="soft lead">${t('refusals.lead')}</p>
        </div>
        ${this.table.refusals.length === 0
          ? html`<p class="notice good" data-test="no-refusals">${t('refusals.none')}</p>`
          : html`<div class="card">${this.table.render()}</div>`}
      </div>`;
  }
}
