// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The server's three requests (docs/protocol.md §2, §3, §5). The token lives here, in memory, and nowhere else. */

/** @import { Course, EventsAnswer, LaunchAnswer, NumberedWork } from './types.js' */

const TIMEOUT_MS = 30_000;
/** Browsers refuse more than 64 KiB of requests that outlive their page. */
const KEEPALIVE_BYTES = 32_000;

/** Any request that did not end well; `code` is the protocol's, or "network" where no answer of ours came back. */
export class ApiError extends Error {
  /**
   * @param {number} status 0 without an answer
   * @param {{ code?: unknown, message?: unknown, number?: unknown, subject?: unknown }} [body]
   * @param {number} [retryAfterSeconds]
   */
  constructor(status, body = {}, retryAfterSeconds = 0) {
    super(text(body.message) || `status ${status}`);
    this.status = status;
    this.code = text(body.code) || (status === 0 || status >= 500 ? 'network' : 'unknown');
    this.number = text(body.number);
    this.subject = text(body.subject);
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether the same request may succeed later, without anybody doing anything here. */
  get passing() {
    const { status } = this;
    if (this.code === 'training_unavailable') return false;
    return status === 0 || status === 408 || status === 429 || status >= 500;
  }
}

export class Api {
  #token = '';
  #base;

  /** @param {URL} base the folder `…/api/` */
  constructor(base) {
    this.#base = base;
  }

  /** @param {object} ask @returns {Promise<LaunchAnswer>} */
  async launch(ask) {
    const answer = await this.#request('launch', { method: 'POST', body: JSON.stringify(ask) });
    this.#token = answer.token;
    return answer;
  }

  /**
   * @param {{ session: string, lang: string, rev: string, events: NumberedWork[] }} work
   * @returns {Promise<EventsAnswer>}
   */
  async events(work) {
    const body = JSON.stringify(work);
    // What is sent while the page closes still arrives.
    const answer = await this.#request('events', { method: 'POST', body, keepalive: body.length < KEEPALIVE_BYTES });
    if (answer.token) this.#token = answer.token;
    return answer;
  }

  /** @param {string} lang @returns {Promise<{ course: Course, media: string }>} */
  course(lang) {
    return this.#request(`course?lang=${encodeURIComponent(lang)}`, { method: 'GET' });
  }

  /** @param {string} path @param {RequestInit} options @returns {Promise<any>} */
  async #request(path, options) {
    /** @type {Record<string, string>} */
    const headers = {};
    if (options.body) headers['Content-Type'] = 'application/json';
    if (this.#token && path !== 'launch') headers.Authorization = `Bearer ${this.#token}`;
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    let response, body;
    try {
      response = await fetch(new URL(path, this.#base), { ...options, headers, signal, cache: 'no-store' });
      body = await readJson(response);
    } catch {
      throw new ApiError(0);
    }
    if (!response.ok) throw new ApiError(response.status, body ?? {}, Number(response.headers.get('Retry-After')) || 0);
    // A portal or proxy that answers 200 with its own page did not answer for us.
    if (!body) throw new ApiError(0);
    return body;
  }
}

/** The object in the body; null where there is none. @param {Response} response */
async function readJson(response) {
  const source = await response.text();
  try {
    const value = JSON.parse(source);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

/** @param {unknown} value */
const text = (value) => (typeof value === 'string' ? value : '');
