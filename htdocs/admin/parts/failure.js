// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A failure in plain words: one sentence, what to do, and a technical line that support can use. */

import { html, nothing } from '../../shared/html.js';
import { ApiError } from '../api.js';

/** @typedef {import('../app.js').App} App */

/** @type {Record<import('../api.js').ErrorKind, string>} */
const SENTENCES = {
  network: 'failure.network',
  signed_out: 'failure.signed_out',
  forbidden: 'failure.forbidden',
  missing: 'failure.missing',
  conflict: 'failure.conflict',
  invalid: 'failure.invalid',
  unavailable: 'failure.unavailable',
  failed: 'failure.failed',
};

/** Where the kind alone would send the publisher the wrong way. @type {Record<string, string>} */
const SENTENCES_BY_CODE = {
  training_unavailable: 'failure.training_unavailable',
};

/** A failure of another kind is a fault of this page: it belongs to the console too. @param {unknown} error @returns {ApiError} */
export function asApiError(error) {
  if (error instanceof ApiError) return error;
  console.error(error);
  return new ApiError('failed', { message: String(error) });
}

/** @param {App} app @param {ApiError} error */
export function failureSentence(app, error) {
  return app.t(SENTENCES_BY_CODE[error.code] ?? SENTENCES[error.kind]);
}

/**
 * A notice for something that was tried and did not work; the screen stays as it is.
 * @param {App} app
 * @param {ApiError | null} error
 */
export function failureNotice(app, error) {
  if (!error) return nothing;
  const calm = error.kind === 'unavailable' || error.kind === 'network';
  return html`
    <div class=${`notice ${calm ? 'warn' : 'bad'}`} role="alert" data-test="failure" data-kind=${error.kind}>
      <p>${failureSentence(app, error)}</p>
      ${technicalLine(error)}
    </div>`;
}

/** @param {ApiError} error */
export function technicalLine(error) {
  const words = [error.number, error.status || '', error.code, error.subject].filter(Boolean).join(' · ');
  const message = error.status > 0 && error.message !== error.kind ? error.message : '';
  if (!words && !message) return nothing;
  return html`<p class="small technical" lang="en" dir="ltr"><code>${words}</code> ${message}</p>`;
}
