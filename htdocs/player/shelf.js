// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Where unacknowledged work survives a closed tab: one entry of the browser's storage per registration.
 *
 * Storage may be forbidden inside a foreign frame, full, or shared with another tab of the same learner. So every access may
 * fail quietly, and a write replaces only the sessions that the writer knows. */

/** @import { Batch } from './types.js' */

export class Shelf {
  #storage;
  #key;

  /** @param {Storage | null} storage @param {string} registration empty: nothing is kept (a preview) */
  constructor(storage, registration) {
    this.#storage = registration === '' ? null : storage;
    this.#key = `scormconnect:${registration}`;
  }

  /** @returns {Batch[]} */
  read() {
    try {
      const batches = JSON.parse(this.#storage?.getItem(this.#key) ?? '[]');
      return Array.isArray(batches) ? batches.filter(isBatch) : [];
    } catch {
      return [];
    }
  }

  /**
   * Keeps `batches`; one without events is forgotten.
   * @param {Batch[]} batches
   * @returns {boolean} whether they are on the shelf now
   */
  write(batches) {
    if (!this.#storage) return false;
    const known = new Set(batches.map((batch) => batch.session));
    const others = this.read().filter((batch) => !known.has(batch.session));
    const kept = [...others, ...batches.filter((batch) => batch.events.length > 0)];
    try {
      if (kept.length > 0) this.#storage.setItem(this.#key, JSON.stringify(kept));
      else this.#storage.removeItem(this.#key);
      return true;
    } catch {
      return false;
    }
  }
}

/** @param {any} value */
const isBatch = (value) =>
  typeof value?.session === 'string' &&
  Array.isArray(value.events) &&
  value.events.every((/** @type {any} */ event) => Number.isInteger(event?.seq) && typeof event.type === 'string');

/** The browser's storage, or null where it is forbidden: even naming it may throw. @returns {Storage | null} */
export function localShelf() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
