// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Dates, numbers, durations and names in the reader's language, all by Intl. */

/**
 * The regional form of `lang` that the reader's browser asks for: its dates are the ones the reader knows.
 * @param {string} lang
 * @param {readonly string[]} preferred
 */
export function regionOf(lang, preferred) {
  const base = (/** @type {string} */ tag) => tag.toLowerCase().split('-')[0];
  return preferred.find((tag) => base(tag) === base(lang)) ?? lang;
}

export class Format {
  #locale;
  #number;
  #score;
  #moment;
  #list;

  /** @param {string} locale @param {string} [timeZone] the browser's own if missing */
  constructor(locale, timeZone) {
    this.#locale = locale;
    this.#number = new Intl.NumberFormat(locale);
    this.#score = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
    this.#moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short', timeZone });
    this.#list = new Intl.ListFormat(locale, { type: 'unit', style: 'short' });
  }

  /** @param {number} value */
  number(value) {
    return this.#number.format(value);
  }

  /** @param {number} value from 0 to 100 */
  score(value) {
    return this.#score.format(value);
  }

  /** @param {number} value from 0 to 100 */
  percent(value) {
    return new Intl.NumberFormat(this.#locale, { style: 'percent', maximumFractionDigits: 2 }).format(value / 100);
  }

  /** @param {string} iso */
  moment(iso) {
    return this.#moment.format(new Date(iso));
  }

  /**
   * Working time: seconds below a minute, minutes below an hour, hours and minutes above.
   * @param {number} seconds
   */
  duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    if (whole < 60) return this.#unit(whole, 'second');
    const minutes = Math.floor(whole / 60);
    if (minutes < 60) return this.#unit(minutes, 'minute');
    const rest = minutes % 60;
    const hours = this.#unit(Math.floor(minutes / 60), 'hour');
    return rest === 0 ? hours : this.#list.format([hours, this.#unit(rest, 'minute')]);
  }

  /** @param {string} tag @returns {string} the language's name in the reader's language */
  language(tag) {
    try {
      return new Intl.DisplayNames([this.#locale], { type: 'language' }).of(tag) ?? tag;
    } catch {
      return tag;
    }
  }

  /** @param {string[]} items */
  list(items) {
    return new Intl.ListFormat(this.#locale, { type: 'conjunction' }).format(items);
  }

  timeZone() {
    return this.#moment.resolvedOptions().timeZone;
  }

  /** @param {number} value @param {'second' | 'minute' | 'hour'} unit */
  #unit(value, unit) {
    return new Intl.NumberFormat(this.#locale, { style: 'unit', unit, unitDisplay: 'short' }).format(value);
  }
}
