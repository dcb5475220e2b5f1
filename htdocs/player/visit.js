// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* One visit of a learner, from the launch to the goodbye. Knows no DOM: it holds what is shown, and calls `changed`.
 *
 *   opening → running → leaving → left
 *        ↘ problem ↙   (a refusal, a server that is away, another window that took over)
 */

/** @import { Course, EventsAnswer, Handover, LaunchAnswer, Progress, Result, Work } from './types.js' */
/** @import { Api, ApiError } from './api.js' */
/** @import { Catalogue } from '../shared/i18n.js' */
/** @import { OutboxState } from './outbox.js' */
/** @import { Target } from './state.js' */

import { ActiveClock } from './clock.js';
import { LmsLine } from './lms-line.js';
import { Outbox } from './outbox.js';
import { Shelf } from './shelf.js';
import { findModule, isDone, isFresh, moduleProgress, neighbours } from './state.js';
import { Workbench } from './workbench.js';

const OPEN_AGAIN_SECONDS = [2, 5, 15, 60];
const LMS_TIME_EVERY_SECONDS = 5;
const LEAVE_WITHIN_MS = 3000;
/** An answer that takes longer is not waited for with the learner standing still. */
const PATIENCE_MS = 4000;
/** "Saving" is shown only where it lasts; a flicker at each answer tells nobody anything. */
const SHOW_SAVING_AFTER_MS = 800;
const LANGUAGE_KEY = 'scormconnect:language';

/** @typedef {'opening' | 'running' | 'problem' | 'leaving' | 'left'} Phase */
/** @typedef {Target | { name: 'home' } | { name: 'placement' }} Screen */
/** @typedef {{ code: string, number: string, subject: string, at: Date }} Problem */
/** @typedef {'language_failed' | 'course_changed' | 'module_gone' | 'module_locked' | 'given_up' | 'read_kept'} Notice */

/**
 * @typedef {object} VisitPorts
 * @property {Api} api
 * @property {string} publication
 * @property {string} sco
 * @property {Storage | null} storage
 * @property {readonly string[]} browserLanguages
 * @property {(wanted: readonly string[]) => Promise<Catalogue>} loadCatalogue
 * @property {() => boolean} visible
 * @property {() => void} changed
 */

export class Visit {
  #ports;
  #outbox;
  #line;
  #clock;
  /** @type {Handover | null} */
  #handover = null;
  #secondsBefore = 0;
  #secondsRecorded = 0;
  #ticks = 0;
  #heartbeat = 30;
  #tries = 0;
  /** @type {any} */
  #retryTimer = null;
  /** @type {any} */
  #savingTimer = null;
  #refreshing = false;
  #chosenLanguage = '';

  /** @type {Phase} */
  phase = 'opening';
  /** @type {Problem | null} */
  problem = null;
  /** When the next automatic try is due, as `performance.now()`; null without one. @type {number | null} */
  retryAt = null;
  /** @type {Screen} */
  screen = { name: 'home' };
  /** Rises with every change of screen: the page moves the focus. */
  screenSerial = 0;
  /** @type {Set<Notice>} */
  notices = new Set();
  /** The module whose end was confirmed while questions in it are open. */
  unfinished = '';
  /** A confirmation is under way. */
  reading = false;
  /** @type {OutboxState} */
  saving = 'saved';
  lmsFailing = false;
  /** What is true of the work when the learner has left. @type {'saved' | 'kept' | 'unsaved'} */
  farewell = 'saved';
  /** The learner has been here before this visit. */
  returning = false;
  readonly = false;
  media = '';
  /** @type {Course} */
  course;
  /** @type {Progress} */
  progress;
  /** @type {Workbench} */
  work;
  /** @type {Catalogue} */
  catalogue;

  /** @param {VisitPorts} ports @param {Catalogue} catalogue */
  constructor(ports, catalogue) {
    this.#ports = ports;
    this.catalogue = catalogue;
    this.course = NO_COURSE;
    this.progress = NO_PROGRESS;
    this.#clock = new ActiveClock({ now: () => performance.now(), visible: ports.visible() });
    this.#line = new LmsLine({
      onAck: (ack) => this.#record({ type: 'delivered', ...ack }),
      onState: (state) => this.#show({ lmsFailing: state === 'failing' }),
    });
    this.#outbox = new Outbox({
      send: (batch) => ports.api.events({ ...batch, lang: this.course.lang, rev: this.course.rev }),
      relaunch: () => this.#launch(),
      onAnswer: (answer) => this.#take(answer),
      onGivenUp: () => this.#notify('given_up'),
      onStopped: (error) => this.#fail(error),
      onState: (state) => this.#showSaving(state),
    });
    this.work = new Workbench({
      record: (work) => this.#outbox.add(work),
      course: () => this.course,
      progress: () => this.progress,
      changed: ports.changed,
    });
  }

  // ---- opening

  /** The connector's launch message; a later one only brings a new port. @param {Handover} handover */
  meet(handover) {
    this.#line.use(handover.port);
    const isFirst = this.#handover === null;
    this.#handover = handover;
    if (isFirst) this.open();
  }

  /** No launch message came: says so, and goes on listening. */
  giveUpWaiting() {
    if (!this.#handover) this.#showProblem({ code: 'no_answer', number: '', subject: '' });
  }

  /** The page was opened by itself, not by an LMS. */
  showDirect() {
    this.#showProblem({ code: 'direct', number: '', subject: '' });
  }

  /** Opens the training, or opens it again after a problem; what was not saved is delivered first. */
  async open() {
    clearTimeout(this.#retryTimer);
    this.#show({ phase: 'opening', problem: null, retryAt: null });
    try {
      this.catalogue = await this.#ports.loadCatalogue(this.#wantedLanguages());
      await this.#launch();
      this.#tries = 0;
      this.returning ||= !isFresh(this.progress);
      this.#show({ phase: 'running', screenSerial: this.screenSerial + 1 });
    } catch (error) {
      this.#fail(/** @type {ApiError} */ (error));
    }
  }

  /** Gets a session: at the start, after a dead token, after another window took over. The place is kept. */
  async #launch() {
    this.#recordTime();
    const { data, origin } = /** @type {Handover} */ (this.#handover);
    const { connector, learner, lms } = data;
    const { publication, sco } = this.#ports;
    const [lang] = this.#wantedLanguages();
    const answer = await this.#ports.api.launch({ v: 1, publication, sco, origin, connector, learner, lms, lang });
    await this.#accept(answer);
  }

  /** @param {LaunchAnswer} answer */
  async #accept(answer) {
    this.readonly = answer.readonly;
    this.media = answer.media;
    this.progress = answer.progress;
    this.#heartbeat = answer.heartbeat;
    this.#clock.idleSeconds = answer.idle;
    // Time is a total of the session; what was counted before belongs to the session before.
    this.#secondsBefore = this.#clock.seconds;
    this.#secondsRecorded = 0;
    await this.#showCourse(answer.course);
    const registration = answer.readonly ? '' : answer.registration;
    this.#outbox.begin(answer.session, answer.last_seq, new Shelf(this.#ports.storage, registration));
    if (answer.snapshot) this.#line.report(answer.snapshot);
  }

  // ---- moving

  /** @param {Screen} screen */
  go(screen) {
    if (screen.name === 'module' && !this.#canOpen(screen.id)) return this.#notify('module_locked');
    const kept = /** @type {Notice[]} */ (['given_up']).filter((notice) => this.notices.has(notice));
    this.#show({ screen, screenSerial: this.screenSerial + 1, notices: new Set(kept), unfinished: '' });
    if (screen.name === 'module') this.#record({ type: 'view', module: screen.id });
  }

  /** The learner confirms to have read a module, and goes on where that is possible. @param {string} id */
  async finishModule(id) {
    this.#show({ reading: true });
    const saved = await within(PATIENCE_MS, this.#outbox.add({ type: 'read', module: id }));
    this.#show({ reading: false });
    if (this.screen.name !== 'module' || this.screen.id !== id) return;

    const { next } = neighbours(this.course, id);
    if (saved && !isDone(this.progress, id)) return this.#show({ unfinished: id });
    if (next && this.#canOpen(next.id)) return this.go({ name: 'module', id: next.id });
    if (!saved) return this.#notify('read_kept');
    this.go(!next && this.course.assessment ? { name: 'assessment' } : { name: 'home' });
  }

  skipPlacement() {
    this.#record({ type: 'placement_skip' });
    if (this.progress.placement) this.progress = { ...this.progress, placement: { ...this.progress.placement, skipped: true } };
    this.go({ name: 'home' });
  }

  /** The same course in another language, at the same place. @param {string} lang */
  async switchLanguage(lang) {
    try {
      this.#ports.storage?.setItem(LANGUAGE_KEY, lang);
    } catch {
      // Remembering it would have been a comfort, no more.
    }
    this.#chosenLanguage = lang;
    await this.#fetchCourse(lang, 'language_failed');
  }

  /** @param {Notice} notice */
  dismiss(notice) {
    this.notices.delete(notice);
    this.#ports.changed();
  }

  /** The learner does not want to wait for the next automatic try. */
  sendNow() {
    this.#outbox.flush();
  }

  // ---- leaving

  async leave() {
    if (this.phase !== 'running') return;
    this.work.flush();
    this.#recordTime();
    this.#show({ phase: 'leaving' });
    const saved = this.#outbox.add({ type: 'leave' });
    const inTime = await within(LEAVE_WITHIN_MS, saved);
    this.#line.time(this.#clock.seconds);
    this.#line.quit();
    const farewell = inTime ? 'saved' : this.#outbox.durable ? 'kept' : 'unsaved';
    this.#show({ phase: 'left', screenSerial: this.screenSerial + 1, farewell });
    await saved;
    this.#show({ farewell: 'saved' });
  }

  // ---- time

  touch() {
    if (this.phase === 'running') this.#clock.touch();
  }

  /** The page was shown or hidden; a hidden page may never come back, so everything goes out now. @param {boolean} visible */
  showPage(visible) {
    this.#clock.show(visible);
    if (visible || this.phase !== 'running') return;
    this.work.flush();
    this.#line.time(this.#clock.seconds);
    this.#recordTime();
  }

  /** Called every second. */
  tick() {
    if (this.retryAt !== null) this.#ports.changed();
    if (this.phase !== 'running') return;
    this.#clock.tick();
    this.#ticks += 1;
    if (this.#ticks % LMS_TIME_EVERY_SECONDS === 0) this.#line.time(this.#clock.seconds);
    if (this.#ticks % this.#heartbeat === 0) this.#recordTime();
  }

  #recordTime() {
    const seconds = this.#clock.seconds - this.#secondsBefore;
    if (this.phase !== 'running' || seconds <= this.#secondsRecorded) return;
    this.#secondsRecorded = seconds;
    this.#record({ type: 'time', seconds });
  }

  // ---- the server's word

  /** @param {EventsAnswer} answer */
  #take(answer) {
    this.progress = answer.progress;
    // After "quit" the connector has nobody to report to.
    if (answer.snapshot && this.phase !== 'left') this.#line.report(answer.snapshot);
    if (answer.course_changed) this.#refresh();
    this.#ports.changed();
  }

  async #refresh() {
    if (this.#refreshing) return;
    this.#refreshing = true;
    const { rev } = this.course;
    await this.#fetchCourse(this.course.lang, null);
    this.#refreshing = false;
    if (this.course.rev !== rev) this.#notify('course_changed');
  }

  /** @param {string} lang @param {Notice | null} onFailure */
  async #fetchCourse(lang, onFailure) {
    try {
      const { course, media } = await this.#ports.api.course(lang);
      this.media = media;
      await this.#showCourse(course);
    } catch (error) {
      if (/** @type {ApiError} */ (error).status === 401) return this.#launchOr(onFailure);
      if (onFailure) this.#notify(onFailure);
    }
  }

  /** A launch brings the course too. @param {Notice | null} onFailure */
  async #launchOr(onFailure) {
    try {
      await this.#launch();
    } catch {
      if (onFailure) this.#notify(onFailure);
    }
  }

  /** @param {Course} course */
  async #showCourse(course) {
    try {
      this.catalogue = await this.#ports.loadCatalogue([course.lang, ...this.#ports.browserLanguages]);
    } catch {
      // The course in the learner's language under sentences in another is better than none.
    }
    this.course = course;
    if (this.screen.name === 'module' && !findModule(course, this.screen.id)) {
      this.screen = { name: 'home' };
      this.notices.add('module_gone');
    }
    this.#ports.changed();
  }

  // ---- problems

  /** @param {ApiError} error */
  #fail(error) {
    if (this.phase === 'left') return;
    this.#recordTime();
    this.#showProblem(error);
    // A fault that is nobody's refusal (a catalogue that did not arrive) is worth another try as well.
    if (error.passing === false) return;
    const wait = OPEN_AGAIN_SECONDS[Math.min(this.#tries, OPEN_AGAIN_SECONDS.length - 1)];
    const seconds = Math.max(wait, error.retryAfterSeconds ?? 0);
    this.#tries += 1;
    this.#retryTimer = setTimeout(() => this.open(), seconds * 1000);
    this.#show({ retryAt: performance.now() + seconds * 1000 });
  }

  /** @param {{ code?: string, number?: string, subject?: string }} what */
  #showProblem({ code = 'network', number = '', subject = '' }) {
    const changes = this.problem?.code === code ? {} : { screenSerial: this.screenSerial + 1 };
    this.#show({ phase: 'problem', problem: { code, number, subject, at: new Date() }, ...changes });
  }

  // ---- small parts

  /** @param {Work} work @returns {Promise<Result | null>} */
  async #record(work) {
    if (this.readonly && (work.type === 'time' || work.type === 'delivered')) return null;
    return this.#outbox.add(work);
  }

  /** @param {string} id */
  #canOpen(id) {
    return moduleProgress(this.progress, id).unlocked;
  }

  #wantedLanguages() {
    let chosen = this.#chosenLanguage;
    try {
      chosen ||= this.#ports.storage?.getItem(LANGUAGE_KEY) ?? '';
    } catch {
      // Storage is forbidden here; then nothing was chosen.
    }
    const browser = [...(this.#handover?.data.languages ?? []), ...this.#ports.browserLanguages];
    return [chosen, ...browser, 'en'].filter((lang) => lang !== '');
  }

  /** @param {OutboxState} state */
  #showSaving(state) {
    clearTimeout(this.#savingTimer);
    if (state !== 'saving') return this.#show({ saving: state });
    this.#savingTimer = setTimeout(() => this.#show({ saving: state }), SHOW_SAVING_AFTER_MS);
  }

  /** @param {Notice} notice */
  #notify(notice) {
    this.notices.add(notice);
    this.#ports.changed();
  }

  /** @param {Partial<Visit>} changes */
  #show(changes) {
    Object.assign(this, changes);
    this.#ports.changed();
  }
}

/** Whether `done` came to its end within the time. @param {number} ms @param {Promise<unknown>} done */
async function within(ms, done) {
  /** @type {any} */
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const inTime = await Promise.race([done.then(() => true), late]);
  clearTimeout(timer);
  return /** @type {boolean} */ (inTime);
}

/** @type {Course} */
const NO_COURSE = {
  id: '', rev: '', lang: 'en', langs: [], title: '', html: '', placement: null, chapters: [], assessment: null,
};

/** @type {Progress} */
const NO_PROGRESS = {
  status: 'not_started', score: null, percent: 0, location: null,
  modules: {}, activities: {}, placement: null, assessment: null,
};
