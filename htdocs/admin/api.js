// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The admin API as the page sees it: one method per request of docs/admin-api.md, and one kind of error.
 * No state, no retries: a screen decides what a failure means. */

/**
 * @typedef {{ version: string, user: string, url: string, prefix: string, show_names: boolean,
 *   allow_origins: string[], credits: number, schema: number | string }} Site
 *
 * @typedef {{ file: string, line: number, severity: 'error' | 'warning', text: string }} Problem
 *
 * @typedef {{ id: string, title: string, langs: string[], state: 'ok' | 'broken' | 'stale', modules: number,
 *   activities: number, placement: boolean, assessment: { pass: number, attempts: number | null } | null,
 *   problems: Problem[] }} Training
 *
 * @typedef {{ origin: string, realm: string | null }} Origin
 *
 * @typedef {{ id: string, rev: number, training: string, title: string, langs: string[], origins: Origin[],
 *   pass: number | null, attempts: number | null, while_improvable: 'completed' | 'incomplete',
 *   show_answers: boolean, enabled: boolean, open: boolean, starts_at: string | null, ends_at: string | null,
 *   cap: number | null, created_at: string, updated_at: string, training_state: string, learners: number,
 *   credits: number, completed: number, passed: number, failed: number }} Publication
 *
 * @typedef {{ learner_id: string, name: string | null, state: 'active' | 'disabled', status: string,
 *   score: number | null, percent: number, seconds: number, attempts: number, sessions: number,
 *   started_at: string, seen_at: string, delivered: { rev: number, lms: string, at: string } | null,
 *   rev: number }} Registration
 *
 * @typedef {{ id: string, publication: string | null, title: string | null, origin: string, code: string,
 *   learner_id: string | null, count: number, first_at: string, last_at: string, can_authorise: boolean,
 *   authorised: boolean }} Refusal
 *
 * @typedef {{ text: string, ok: boolean, origin: string, message: string }} OriginVerdict
 *
 * @typedef {'network' | 'signed_out' | 'forbidden' | 'missing' | 'conflict' | 'invalid' | 'unavailable' | 'failed'} ErrorKind
 */

/** What went wrong, told once: `kind` for the page's own sentence, the rest for support. */
export class ApiError extends Error {
  /**
   * @param {ErrorKind} kind
   * @param {{ status?: number, code?: string, message?: string, number?: string, subject?: string, retryAfter?: number }} [detail]
   */
  constructor(kind, detail = {}) {
    super(detail.message ?? kind);
    this.name = 'ApiError';
    this.kind = kind;
    this.status = detail.status ?? 0;
    this.code = detail.code ?? '';
    /** @type {string} The message number, SC0000; empty where the answer was not ours. */
    this.number = detail.number ?? '';
    this.subject = detail.subject ?? '';
    /** @type {number} Seconds the server asks us to wait; 0 where it did not say. */
    this.retryAfter = detail.retryAfter ?? 0;
  }
}

/** @type {Record<number, ErrorKind>} */
const KIND_OF_STATUS = {
  400: 'invalid', 401: 'signed_out', 403: 'forbidden', 404: 'missing', 409: 'conflict',
  413: 'invalid', 422: 'invalid', 429: 'unavailable', 502: 'unavailable', 503: 'unavailable', 504: 'unavailable',
};

/** @param {number} status @returns {ErrorKind} */
export function kindOfStatus(status) {
  return KIND_OF_STATUS[status] ?? 'failed';
}

/**
 * The name in `Content-Disposition: attachment; filename="fire.zip"; filename*=UTF-8''feu%20.zip`; null without one.
 * @param {string | null} disposition
 */
export function downloadName(disposition) {
  const extended = /filename\*\s*=\s*UTF-8''([^;]+)/i.exec(disposition ?? '');
  if (extended) {
    try {
      return decodeURIComponent(extended[1].trim());
    } catch {
      // A broken escape: the plain name below is as good.
    }
  }
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;]+))/i.exec(disposition ?? '');
  return (plain?.[1] ?? plain?.[2])?.trim() || null;
}

export class Api {
  /**
   * @param {string | URL} base the address of `api/`, with its slash
   * @param {typeof fetch} [send]
   */
  constructor(base, send = (input, init) => fetch(input, init)) {
    this.base = base;
    this.send = send;
  }

  /** @returns {Promise<Site>} */
  site() {
    return this.#json('GET', 'site');
  }

  /** @returns {Promise<Training[]>} */
  async trainings() {
    return (await this.#json('GET', 'trainings')).trainings;
  }

  /** @returns {Promise<Publication[]>} */
  async publications() {
    return (await this.#json('GET', 'publications')).publications;
  }

  /** @param {string} id @returns {Promise<Publication>} */
  publication(id) {
    return this.#json('GET', `publications/${encodeURIComponent(id)}`);
  }

  /** @param {object} fields @returns {Promise<Publication>} */
  createPublication(fields) {
    return this.#json('POST', 'publications', fields);
  }

  /** @param {string} id @param {object} changes with the `rev` that was read @returns {Promise<Publication>} */
  updatePublication(id, changes) {
    return this.#json('PUT', `publications/${encodeURIComponent(id)}`, changes);
  }

  /** @param {string} id @param {string | null} after @returns {Promise<{ learners: Registration[], next: string | null }>} */
  learners(id, after) {
    const query = after ? `?after=${encodeURIComponent(after)}` : '';
    return this.#json('GET', `publications/${encodeURIComponent(id)}/learners${query}`);
  }

  /** @param {string[]} texts @returns {Promise<OriginVerdict[]>} */
  async checkOrigins(texts) {
    return (await this.#json('POST', 'origins/check', { texts })).origins;
  }

  /** @param {string} [publication] of this one only @returns {Promise<Refusal[]>} */
  async refusals(publication) {
    const query = publication ? `?publication=${encodeURIComponent(publication)}` : '';
    return (await this.#json('GET', `refusals${query}`)).refusals;
  }

  /** @param {string} id @returns {Promise<Publication>} */
  async authorise(id) {
    return (await this.#json('POST', `refusals/${encodeURIComponent(id)}/authorise`, {})).publication;
  }

  /** @param {string} id @param {string} version */
  packagePath(id, version) {
    return `publications/${encodeURIComponent(id)}/package?version=${encodeURIComponent(version)}`;
  }

  /** @param {string} id @param {string} version @returns {Promise<{ blob: Blob, name: string }>} */
  async package(id, version) {
    const response = await this.#ask('GET', this.packagePath(id, version));
    const name = downloadName(response.headers.get('Content-Disposition')) ?? `${id}-${version}.zip`;
    return { blob: await reading(response.blob()), name };
  }

  /** @param {string} method @param {string} path @param {object} [body] @returns {Promise<any>} */
  async #json(method, path, body) {
    const response = await this.#ask(method, path, body);
    if (!response.headers.get('Content-Type')?.includes('json')) throw new ApiError('failed', { status: response.status });
    return reading(response.json());
  }

  /** @param {string} method @param {string} path @param {object} [body] */
  async #ask(method, path, body) {
    /** @type {Record<string, string>} */
    const headers = { 'Accept': 'application/json', 'X-Requested-With': 'XMLHttpRequest' };
    if (body) headers['Content-Type'] = 'application/json';
    const response = await reading(this.send(new URL(path, this.base), {
      method,
      headers,
      body: body && JSON.stringify(body),
      cache: 'no-store',
      credentials: 'same-origin',
      // A redirect can only be a sign-in page of httpd's authentication; following it would fail without a reason.
      redirect: 'manual',
    }));
    if (response.type === 'opaqueredirect') throw new ApiError('signed_out');
    if (!response.ok) throw await errorOf(response);
    return response;
  }
}

/**
 * A promise of the network's, with its failures as ours.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
async function reading(promise) {
  try {
    return await promise;
  } catch (error) {
    throw new ApiError('network', { message: String(error) });
  }
}

/** @param {Response} response */
async function errorOf(response) {
  const kind = kindOfStatus(response.status);
  const retryAfter = Number(response.headers.get('Retry-After')) || 0;
  const body = await response.json().catch(() => ({}));
  return new ApiError(kind, { ...body, status: response.status, retryAfter });
}
