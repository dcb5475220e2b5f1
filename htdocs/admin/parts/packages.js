// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The choice of a package: three editions, when to take which, and a download that can tell why it failed. */

import { html, nothing } from '../../shared/html.js';
import { asApiError, failureNotice } from './failure.js';

/** @typedef {import('../app.js').App} App */

const EDITIONS = [
  { version: '1.2', name: 'package.12', advice: 'package.12.advice', primary: true },
  { version: '2004-3', name: 'package.2004_3', advice: 'package.2004_3.advice', primary: false },
  { version: '2004-4', name: 'package.2004_4', advice: 'package.2004_4.advice', primary: false },
];

export class Packages {
  /** @type {string | null} The version that is being fetched. */
  #fetching = null;
  /** @type {import('../api.js').ApiError | null} */
  #failure = null;

  /** @param {App} app @param {string} publication */
  constructor(app, publication) {
    this.app = app;
    this.publication = publication;
  }

  render() {
    const { t } = this.app;
    return html`
      <ul class="editions">
        ${EDITIONS.map((edition) => this.#edition(edition))}
      </ul>
      ${failureNotice(this.app, this.#failure)}
      <p class="notice info small" data-test="scaled-notice">${t('package.scaled')}</p>`;
  }

  /** @param {typeof EDITIONS[0]} edition */
  #edition({ version, name, advice, primary }) {
    const { t, api } = this.app;
    const id = `package-${version.replace('.', '')}`;
    return html`
      <li class="edition">
        <div>
          <h3 id=${`${id}-name`}>${t(name)} ${primary ? html`<span class="badge good">${t('package.default')}</span>` : nothing}</h3>
          <p class="small soft" id=${`${id}-advice`}>${t(advice)}</p>
        </div>
        <a id=${id} class=${primary ? 'button primary' : 'button'} href=${`api/${api.packagePath(this.publication, version)}`} download
          data-version=${version} aria-label=${t('package.download_edition', { edition: t(name) })} aria-describedby=${`${id}-advice`}
          @click=${(/** @type {MouseEvent} */ event) => this.#download(event, version)}>
          ${this.#fetching === version ? t('package.making') : t('package.download')}
        </a>
      </li>`;
  }

  /** The link works by itself; taken over here, a failure becomes a sentence. @param {MouseEvent} event @param {string} version */
  async #download(event, version) {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.#fetching) return;
    this.#fetching = version;
    this.#failure = null;
    this.app.update();
    try {
      const { blob, name } = await this.app.api.package(this.publication, version);
      save(blob, name);
      this.app.announce(this.app.t('package.done', { name }));
    } catch (error) {
      this.#failure = asApiError(error);
    } finally {
      this.#fetching = null;
      this.app.update();
    }
  }
}

const KEEP_BLOB_MS = 60_000;

/** @param {Blob} blob @param {string} name */
function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  // The browser reads it after the click: it must live a little longer.
  setTimeout(() => URL.revokeObjectURL(link.href), KEEP_BLOB_MS);
}
