// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What lies on the learner's desk: responses being worked on, corrections received in this visit, the test under way.
 *
 * None of it is lost when the course is fetched again, in another language or corrected: everything hangs on ids.
 * What is worth keeping beyond the visit goes to the server through `record`. */

/** @import { Activity, Course, Progress, Result, Work } from './types.js' */

import { isBlank } from './state.js';

/** A learner who types is not sent letter by letter. */
const PAUSE_MS = 600;

/**
 * A correction to show. `response` is what was corrected.
 * @typedef {object} Correction
 * @property {boolean} correct
 * @property {string[]} response
 * @property {string} [feedback]
 * @property {Record<string, string>} [options]
 * @property {string[]} [solution]
 */

/**
 * @typedef {object} WorkbenchPorts
 * @property {(work: Work) => Promise<Result | null>} record
 * @property {() => Course} course
 * @property {() => Progress} progress
 * @property {() => void} changed something has to be shown anew
 */

export class Workbench {
  #ports;
  /** @type {Map<string, string[]>} */
  #drafts = new Map();
  /** @type {Map<string, Correction>} */
  #corrections = new Map();
  /** @type {Set<string>} */
  #checking = new Set();
  /** @type {Map<string, string>} */
  #refused = new Map();
  /** Answers of the assessment that wait for a pause in typing. @type {Map<string, any>} */
  #pauses = new Map();

  /** @type {Result | null} */
  placementResult = null;
  /** @type {Result | null} */
  assessmentResult = null;
  /** The attempt under way. @type {number | null} */
  attempt = null;
  /** A test is being started or submitted. */
  busy = false;
  /** Why the last start or submission of a test was refused. */
  testRefusal = '';

  /** @param {WorkbenchPorts} ports */
  constructor(ports) {
    this.#ports = ports;
  }

  /** The learner's response: as worked on, else as the server knows it, else the empty one. @param {Activity} activity */
  response(activity) {
    const known = this.#drafts.get(activity.id) ?? this.#stored(activity.id);
    if (activity.type === 'order') return known && fits(known, activity.items) ? known : activity.items.map((item) => item.key);
    if (activity.type === 'choice') return (known ?? []).filter((key) => activity.options.some((option) => option.key === key));
    return known ?? [];
  }

  /** Whether there is an answer; an order counts once it was moved or confirmed. @param {Activity} activity */
  isAnswered(activity) {
    return !isBlank(this.#drafts.get(activity.id) ?? this.#stored(activity.id));
  }

  /** @param {Activity} activity @param {string[]} response */
  change(activity, response) {
    this.#drafts.set(activity.id, response);
    this.#corrections.delete(activity.id);
    this.#refused.delete(activity.id);
    this.#ports.changed();
  }

  // ---- activities inside a module: corrected at once

  /** @param {Activity} activity @returns {Correction | null} */
  correction(activity) {
    const fresh = this.#corrections.get(activity.id);
    if (fresh) return fresh;
    const stored = this.#ports.progress().activities[activity.id];
    if (!stored || (this.#drafts.has(activity.id) && !stored.correct)) return null;
    return { correct: stored.correct, response: stored.response };
  }

  /** @param {Activity} activity */
  isChecking(activity) {
    return this.#checking.has(activity.id);
  }

  /** Why the server did not take the answer; "" when it did. @param {Activity} activity */
  refusal(activity) {
    return this.#refused.get(activity.id) ?? '';
  }

  /** @param {Activity} activity */
  async check(activity) {
    const { id } = activity;
    const response = this.response(activity);
    if (this.#checking.has(id)) return;
    this.#checking.add(id);
    this.#refused.delete(id);
    this.#ports.changed();
    const result = await this.#ports.record({ type: 'answer', activity: id, response });
    this.#checking.delete(id);
    if (result?.ok) {
      this.#corrections.set(id, { ...result, correct: Boolean(result.correct), response });
      this.#drafts.set(id, response);
    } else {
      this.#refused.set(id, result?.code ?? 'response_invalid');
    }
    this.#ports.changed();
  }

  /** Another try: a choice starts empty, anything else from what was there. @param {Activity} activity */
  tryAgain(activity) {
    this.change(activity, activity.type === 'choice' ? [] : this.response(activity));
  }

  // ---- the placement test: as a whole, once

  /** @param {Activity[]} activities */
  async submitPlacement(activities) {
    const answered = activities.filter((activity) => this.isAnswered(activity));
    const answers = Object.fromEntries(answered.map((activity) => [activity.id, this.response(activity)]));
    const result = await this.#during(this.#ports.record({ type: 'placement', answers }));
    if (result?.ok) this.placementResult = result;
    this.#ports.changed();
  }

  // ---- the final assessment: attempts, each kept on the server while it lasts

  /** The attempt that is under way, as far as anybody knows. */
  get openAttempt() {
    return this.attempt ?? this.#ports.progress().assessment?.open?.number ?? null;
  }

  async startAssessment() {
    const isNew = this.openAttempt === null;
    if (isNew) this.#clearAssessment();
    const result = await this.#during(this.#ports.record({ type: 'assessment_start' }));
    if (result?.ok) {
      this.assessmentResult = null;
      this.attempt = result.number ?? null;
      for (const [id, response] of Object.entries(result.answers ?? {})) {
        if (!this.#drafts.has(id)) this.#drafts.set(id, response);
      }
    }
    this.#ports.changed();
  }

  /** @param {Activity} activity @param {string[]} response */
  changeInAssessment(activity, response) {
    this.change(activity, response);
    clearTimeout(this.#pauses.get(activity.id));
    this.#pauses.set(activity.id, setTimeout(() => this.#keepInAttempt(activity.id), PAUSE_MS));
  }

  /** Sends what waits for a pause. */
  flush() {
    for (const id of [...this.#pauses.keys()]) this.#keepInAttempt(id);
  }

  async submitAssessment() {
    this.flush();
    const result = await this.#during(this.#ports.record({ type: 'assessment_submit' }));
    if (result?.ok) this.assessmentResult = result;
    if (result?.ok || result?.code === 'attempt_missing') this.attempt = null;
    this.#ports.changed();
  }

  /** @param {string} id */
  #keepInAttempt(id) {
    clearTimeout(this.#pauses.get(id));
    this.#pauses.delete(id);
    this.#ports.record({ type: 'assessment_answer', activity: id, response: this.#drafts.get(id) ?? [] });
  }

  #clearAssessment() {
    for (const activity of this.#ports.course().assessment?.activities ?? []) this.#drafts.delete(activity.id);
  }

  /** Marks a test as busy while the server thinks. @param {Promise<Result | null>} answered */
  async #during(answered) {
    this.busy = true;
    this.testRefusal = '';
    this.#ports.changed();
    const result = await answered;
    this.busy = false;
    if (!result?.ok) this.testRefusal = result?.code ?? 'response_invalid';
    return result;
  }

  /** What the server has for an activity, in a module or in the open attempt. @param {string} id */
  #stored(id) {
    const { activities, assessment } = this.#ports.progress();
    return activities[id]?.response ?? assessment?.open?.answers[id];
  }
}

/** @param {string[]} keys @param {{ key: string }[]} items */
const fits = (keys, items) => keys.length === items.length && items.every((item) => keys.includes(item.key));
