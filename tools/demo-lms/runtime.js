// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* One launch: scorm-again as the API, filled with what the LMS remembers, every call of the package written down.
 *
 * What happens between launches is as in a real LMS: an exit of "suspend" makes the next entry a "resume"; a 2004 attempt
 * that ended otherwise starts anew; total_time grows when a session is terminated; review and browse store nothing. */

import { recall, remember } from './records.js';

const EDITION_12 = {
  file: 'scorm12.min.js', constructor: 'Scorm12API', global: 'API', prefix: 'LMS', terminate: 'LMSFinish', core: 'cmi.core.',
  id: 'cmi.core.student_id', name: 'cmi.core.student_name', mode: 'cmi.core.lesson_mode',
  kept: ['cmi.core.lesson_status', 'cmi.core.lesson_location', 'cmi.core.score.raw', 'cmi.core.score.min', 'cmi.core.score.max', 'cmi.suspend_data'],
};
const EDITION_2004 = {
  file: 'scorm2004.min.js', constructor: 'Scorm2004API', global: 'API_1484_11', prefix: '', terminate: 'Terminate', core: 'cmi.',
  id: 'cmi.learner_id', name: 'cmi.learner_name', mode: 'cmi.mode',
  kept: ['cmi.completion_status', 'cmi.success_status', 'cmi.location', 'cmi.score.scaled', 'cmi.score.raw', 'cmi.score.min',
    'cmi.score.max', 'cmi.progress_measure', 'cmi.suspend_data'],
};
const METHODS = ['Initialize', 'GetValue', 'SetValue', 'Commit', 'GetLastError', 'GetErrorString', 'GetDiagnostic'];
const FINISHED = ['completed', 'passed', 'failed'];

/**
 * @typedef {{at: number, method: string, args: string[], result: string, code: string}} Call `at` in ms since the launch
 * @typedef {{edition: string, item: string, learner: string, name: string, mode: string, reopen: boolean}} Launch
 */

/** The global name that packages of each edition look for. */
export const API_NAMES = [EDITION_12.global, EDITION_2004.global];

export class Runtime {
  /** @type {Call[]} */
  log = [];
  ended = false;
  #launch; #words; #scorm; #onCall; #stored;
  #startedAt = performance.now();

  /** Makes ready, but does not start. @param {Launch} launch @param {() => void} onCall after each call of the package */
  static async prepare(launch, onCall) {
    const words = launch.edition === '1.2' ? EDITION_12 : EDITION_2004;
    const module = await import(new URL(`vendor/${words.file}`, document.baseURI).href);
    return new Runtime(launch, words, new module[words.constructor]({ autocommit: false, logLevel: 5 }), onCall);
  }

  /** @param {Launch} launch @param {typeof EDITION_12} words @param {any} scorm @param {() => void} onCall */
  constructor(launch, words, scorm, onCall) {
    this.#launch = launch;
    this.#words = words;
    this.#scorm = scorm;
    this.#onCall = onCall;
    this.#stored = this.#attemptToContinue();
    scorm.loadFromFlattenedJSON(this.#initialValues());
  }

  /** Offers the API where packages look for it. @param {Window & {[name: string]: any}} page */
  install(page) {
    for (const name of API_NAMES) delete page[name];
    page[this.#words.global] = this.#api();
  }

  /** Everything the LMS holds now, write-only elements too. @returns {{[element: string]: string}} */
  values() {
    const { core } = this.#words;
    const texts = Object.entries(this.#scorm.getFlattenedCMI()).filter(([, value]) => typeof value === 'string');
    const navigation = this.#scorm.adl?.nav.request;
    return {
      ...Object.fromEntries(texts),
      [`${core}total_time`]: this.ended ? this.#scorm.cmi.getCurrentTotalTime() : this.#stored.totalTime,
      ...(navigation && navigation !== '_none_' ? { 'adl.nav.request': navigation } : {}),
    };
  }

  /** The three things that everyone asks an LMS for. */
  summary() {
    const values = this.values();
    const success = values['cmi.success_status'];
    return {
      status: values['cmi.core.lesson_status'] ?? (success && success !== 'unknown' ? success : values['cmi.completion_status']),
      score: values['cmi.core.score.raw'] ?? values['cmi.score.raw'],
      time: this.#scorm.cmi.getCurrentTotalTime(),
    };
  }

  #attemptToContinue() {
    const stored = recall(this.#launch) ?? { values: {}, totalTime: '' };
    const endedFor2004 = this.#words === EDITION_2004 && stored.totalTime !== '' && stored.values['cmi.exit'] !== 'suspend';
    return endedFor2004 ? { values: {}, totalTime: '' } : stored;
  }

  #initialValues() {
    const { core, id, name, mode, kept } = this.#words;
    const { values, totalTime } = this.#stored;
    const fresh = Object.keys(values).length === 0;
    const finished = FINISHED.includes(values['cmi.core.lesson_status'] ?? values['cmi.completion_status']);
    const actualMode = this.#launch.reopen && finished ? 'review' : this.#launch.mode;
    return {
      ...Object.fromEntries(kept.filter((element) => values[element]).map((element) => [element, values[element]])),
      ...(totalTime ? { [`${core}total_time`]: totalTime } : {}),
      [id]: this.#launch.learner,
      [name]: this.#launch.name,
      [mode]: actualMode,
      [`${core}credit`]: actualMode === 'normal' ? 'credit' : 'no-credit',
      [`${core}entry`]: fresh ? 'ab-initio' : values[`${core}exit`] === 'suspend' ? 'resume' : '',
    };
  }

  /** scorm-again's methods, each call of them noted. */
  #api() {
    const { prefix, terminate } = this.#words;
    const names = [...METHODS.map((method) => prefix + method), terminate];
    return Object.fromEntries(names.map((name) => [name, (/** @type {string[]} */ ...args) => this.#call(name, args)]));
  }

  /** @param {string} method @param {string[]} args */
  #call(method, args) {
    const result = this.#scorm[method](...args);
    const code = String(this.#scorm[`${this.#words.prefix}GetLastError`]());
    this.log.push({ at: Math.round(performance.now() - this.#startedAt), method, args, result: String(result), code });
    const done = String(result) === 'true';
    if (done && method === this.#words.terminate) this.ended = true;
    if (done && (method.endsWith('Commit') || method === this.#words.terminate)) this.#store();
    this.#onCall();
    return result;
  }

  #store() {
    const values = this.values();
    if (values[this.#words.mode] !== 'normal') return;
    remember(this.#launch, { values, totalTime: values[`${this.#words.core}total_time`] });
  }
}
