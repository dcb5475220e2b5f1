// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Sentences by key, in the reader's language.
 *
 * A catalogue is a flat JSON object. A value is a sentence with {placeholders}, or an object of sentences by plural
 * category ("one", "other" …), chosen by the parameter `count` with Intl.PluralRules. Numbers are formatted on the way in. */

/** @typedef {Record<string, string | Record<string, string>>} Entries */
/** @typedef {Record<string, string | number>} Parameters */

/** Languages written from right to left. @type {ReadonlySet<string>} */
const RIGHT_TO_LEFT = new Set(['ar', 'arc', 'ckb', 'dv', 'fa', 'he', 'ks', 'ps', 'sd', 'ug', 'ur', 'yi']);

export class Catalogue {
  /** @param {string} lang @param {Entries} entries */
  constructor(lang, entries) {
    this.lang = lang;
    this.dir = directionOf(lang);
    this.#entries = entries;
    this.#plural = new Intl.PluralRules(lang);
    this.#number = new Intl.NumberFormat(lang, { maximumFractionDigits: 2 });
  }

  #entries;
  #plural;
  #number;

  /** @param {string} key */
  has(key) {
    return Object.hasOwn(this.#entries, key);
  }

  /**
   * The sentence for `key`. A missing one shows its key: ugly, but it can be reported.
   * @param {string} key
   * @param {Parameters} [parameters]
   */
  text(key, parameters = {}) {
    const entry = this.has(key) ? this.#entries[key] : key;
    const sentence = typeof entry === 'string' ? entry : this.#form(entry, Number(parameters.count));
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => {
      const value = parameters[name];
      if (value === undefined) return whole;
      return typeof value === 'number' ? this.number(value) : value;
    });
  }

  /** @param {number} value */
  number(value) {
    return this.#number.format(value);
  }

  /** A share of a hundred, as the language writes it. @param {number} value */
  percent(value) {
    return new Intl.NumberFormat(this.lang, { style: 'percent', maximumFractionDigits: 2 }).format(value / 100);
  }

  /** An ISO 8601 time as the reader's local date and time; what is no time stays as it is. @param {string} iso */
  dateTime(iso) {
    const time = new Date(iso);
    if (Number.isNaN(time.getTime())) return iso;
    return new Intl.DateTimeFormat(this.lang, { dateStyle: 'long', timeStyle: 'short' }).format(time);
  }

  /** @param {string[]} parts */
  list(parts) {
    return new Intl.ListFormat(this.lang, { type: 'conjunction' }).format(parts);
  }

  /** @param {Record<string, string>} forms @param {number} count */
  #form(forms, count) {
    return forms[this.#plural.select(count)] ?? forms.other;
  }
}

/**
 * Fetches `<base>/<lang>.json`. @param {URL} base a folder, ending in a slash @param {string} lang
 * @returns {Promise<Catalogue>}
 */
export async function loadCatalogue(base, lang) {
  const answer = await fetch(new URL(`${lang}.json`, base));
  if (!answer.ok) throw new Error(`catalogue ${lang}: ${answer.status}`);
  return new Catalogue(lang, await answer.json());
}

/**
 * The first wanted language that is available, by full tag or by its first part ("fr-CA" finds "fr"); else the first available.
 * @param {readonly string[]} available
 * @param {readonly string[]} wanted
 */
export function pickLanguage(available, wanted) {
  for (const tag of wanted) {
    const exact = available.find((one) => one.toLowerCase() === tag.toLowerCase());
    const near = exact ?? available.find((one) => primary(one) === primary(tag));
    if (near) return near;
  }
  return available[0];
}

/** @param {string} lang @returns {'ltr' | 'rtl'} */
export function directionOf(lang) {
  return RIGHT_TO_LEFT.has(primary(lang)) ? 'rtl' : 'ltr';
}

/** A language's own name for itself: "français". @param {string} lang */
export function nameOfLanguage(lang) {
  try {
    return new Intl.DisplayNames([lang], { type: 'language' }).of(lang) ?? lang;
  } catch {
    return lang;
  }
}

/** @param {string} tag */
const primary = (tag) => tag.toLowerCase().split('-')[0];
