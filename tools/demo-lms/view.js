// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The books beside the player: summary, values, calls. Rows are kept and changed in place, so that a change can flash and
 * a screen reader keeps its position. */

/** @import { Call } from './runtime.js' */

const MAX_ROWS = 400;

/** @param {string} id */
const byId = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/** @param {string} tag @param {string} text @param {string} [className] */
function make(tag, text, className = '') {
  return Object.assign(document.createElement(tag), { textContent: text, className });
}

/** @param {number} ms */
const clock = (ms) => `${(ms / 1000).toFixed(1)} s`;

/** Either edition's duration, as people write it. @param {string} duration */
function readable(duration) {
  const iso = /^PT(?:(\d+)H)?(?:(\d+)M)?(?:([\d.]+)S)?$/.exec(duration);
  const [hours = '0', minutes = '0', seconds = '0'] = iso ? iso.slice(1) : duration.split(':');
  const two = (/** @type {string} */ text) => String(Math.floor(Number(text))).padStart(2, '0');
  return `${Number(hours)}:${two(minutes)}:${two(seconds)}`;
}

/** What a package rarely sets stands last. @param {string} element */
const order = (element) => (/preference|time_limit/.test(element) ? `~${element}` : element);

export class Books {
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();
  #shownCalls = 0;

  constructor() {
    byId('filter').addEventListener('input', () => this.#filter());
  }

  /** A new launch begins with empty pages. */
  clear() {
    this.#rows.clear();
    this.#shownCalls = 0;
    byId('values').replaceChildren();
    byId('log').replaceChildren();
  }

  /** @param {{status?: string, score?: string, time?: string}} summary */
  showSummary({ status = '', score = '', time = '' }) {
    byId('summary-status').textContent = status || '–';
    byId('summary').dataset.status = status;
    byId('summary-score').textContent = score || '–';
    byId('summary-time').textContent = time ? readable(time) : '–';
  }

  /** @param {{[element: string]: string}} values @param {number} at when, in ms since the launch */
  showValues(values, at) {
    for (const [element, value] of Object.entries(values)) {
      const row = this.#rows.get(element);
      if (row && row.cells[1].textContent !== value) this.#change(row, value, at);
      if (!row && value !== '') this.#add(element, value, at);
    }
  }

  /** @param {string} element @param {string} value @param {number} at */
  #add(element, value, at) {
    const row = document.createElement('tr');
    const head = make('th', element);
    head.setAttribute('scope', 'row');
    row.append(head, make('td', ''), make('td', ''));
    const later = [...byId('values').children].find((other) => order(other.children[0].textContent ?? '') > order(element));
    byId('values').insertBefore(row, later ?? null);
    this.#rows.set(element, row);
    this.#change(row, value, at);
  }

  /** @param {HTMLTableRowElement} row @param {string} value @param {number} at */
  #change(row, value, at) {
    row.cells[1].textContent = value;
    row.cells[2].textContent = at > 0 ? clock(at) : '';
    row.classList.remove('flash');
    if (at > 0) requestAnimationFrame(() => row.classList.add('flash'));
  }

  /** Puts the calls that are new on top. @param {Call[]} log */
  showCalls(log) {
    const body = byId('log');
    for (const call of log.slice(this.#shownCalls)) body.prepend(this.#callRow(call));
    this.#shownCalls = log.length;
    while (body.children.length > MAX_ROWS) body.lastElementChild?.remove();
    this.#filter();
  }

  /** @param {Call} call */
  #callRow({ at, method, args, result, code }) {
    const row = document.createElement('tr');
    const call = make('td', '');
    call.append(make('b', method), make('span', args.length > 0 && args[0] !== '' ? ` ${args.join(' = ')}` : ''));
    row.append(make('td', clock(at)), call, make('td', result), make('td', code === '0' ? '' : code, 'code'));
    return row;
  }

  #filter() {
    const wanted = /** @type {HTMLInputElement} */ (byId('filter')).value.trim().toLowerCase();
    const rows = /** @type {HTMLCollectionOf<HTMLTableRowElement>} */ (byId('log').children);
    for (const row of rows) row.hidden = !row.textContent?.toLowerCase().includes(wanted);
  }
}
