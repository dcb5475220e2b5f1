// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* LMS addresses while they are typed: what a paste means, and the server's verdict on every text.
 * The server's check is the only check; nothing here knows what a good address looks like. */

/** @typedef {import('./api.js').OriginVerdict} OriginVerdict */

/** Several addresses in one paste: lines, or a list with commas, semicolons, blanks. @param {string} text */
export function splitPaste(text) {
  return text.split(/[\s,;]+/).filter(Boolean);
}

/**
 * The places of addresses that an earlier row already has, by their normalised form.
 * @param {(string | null)[]} origins a row's normalised address, null where it has none
 * @returns {Map<number, number>} the row, and the earlier row
 */
export function repeated(origins) {
  /** @type {Map<number, number>} */
  const repeats = new Map();
  origins.forEach((origin, index) => {
    const first = origins.indexOf(origin);
    if (origin !== null && first < index) repeats.set(index, first);
  });
  return repeats;
}

/** Asks for verdicts once the typing pauses, and remembers them by text. */
export class OriginChecks {
  /** @type {Map<string, OriginVerdict>} */
  #verdicts = new Map();
  /** @type {Set<string>} */
  #wanted = new Set();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {(texts: string[]) => Promise<OriginVerdict[]>} check
   * @param {() => void} changed called when verdicts have come
   * @param {number} [pauseMs]
   */
  constructor(check, changed, pauseMs = 300) {
    this.check = check;
    this.changed = changed;
    this.pauseMs = pauseMs;
  }

  /** @param {string[]} texts all rows as they are now */
  want(texts) {
    this.#wanted = new Set(texts.map((text) => text.trim()).filter((text) => text && !this.#verdicts.has(text)));
    clearTimeout(this.#timer);
    if (this.#wanted.size > 0) this.#timer = setTimeout(() => void this.#ask(), this.pauseMs);
  }

  /** @param {string} text @returns {OriginVerdict | null} null while it is not known */
  verdict(text) {
    return this.#verdicts.get(text.trim()) ?? null;
  }

  stop() {
    clearTimeout(this.#timer);
    this.#wanted.clear();
  }

  async #ask() {
    const texts = [...this.#wanted];
    try {
      const verdicts = await this.check(texts);
      // By place, as they were asked: the server may give a text back in another form.
      verdicts.forEach((verdict, index) => this.#verdicts.set(texts[index], verdict));
      this.changed();
    } catch {
      // No verdict is no obstacle: saving makes the very same check, and tells what is wrong then.
    }
  }
}
