// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Keeps what the server has not acknowledged, and sends it again: in order, once, for ever.
 *
 * Work is numbered per session and grouped in batches, one per session, the oldest session first. One request is under way at a
 * time. A failure that passes is waited out; a dead token is renewed by launching again, after which the old session's
 * rest goes out under the old session's name (docs/protocol.md §5). What the server calls malformed is sent
 * one by one until the culprit is found, and only that is given up. Anything else stops the outbox until `begin`. */

/** @import { Batch, EventsAnswer, NumberedWork, Result, Work } from './types.js' */
/** @import { Shelf } from './shelf.js' */

const WAIT_SECONDS = [2, 5, 15, 60];
const EVENTS_PER_REQUEST = 40;

/** @typedef {'saved' | 'saving' | 'offline' | 'stopped'} OutboxState */

/**
 * @typedef {object} OutboxPorts what the outbox needs of the world
 * @property {(batch: Batch) => Promise<EventsAnswer>} send rejects with an ApiError
 * @property {() => Promise<void>} relaunch gets a new token and calls `begin`; rejects with an ApiError
 * @property {(answer: EventsAnswer) => void} onAnswer
 * @property {(event: NumberedWork) => void} onGivenUp the server will never take this event
 * @property {(error: any) => void} onStopped superseded, or refused for good
 * @property {(state: OutboxState) => void} onState
 * @property {{ set: (run: () => void, ms: number) => any, clear: (id: any) => void }} [timers]
 */

export class Outbox {
  #ports;
  #timers;
  /** @type {Shelf | null} */
  #shelf = null;
  /** Oldest session first; the last is the present one. @type {Batch[]} */
  #batches = [];
  /** @type {Map<NumberedWork, (result: Result | null) => void>} */
  #waiting = new Map();
  /** Events that were part of a request, successful or not: the server may have them. @type {WeakSet<NumberedWork>} */
  #tried = new WeakSet();
  #seq = 0;
  /** Events up to here are sent alone: the request that held them all was malformed. @type {NumberedWork | null} */
  #aloneUntil = null;
  #sending = false;
  #stopped = true;
  #failures = 0;
  #renewed = false;
  #kept = false;
  /** @type {any} */
  #timer = null;

  /** @param {OutboxPorts} ports */
  constructor(ports) {
    this.#ports = ports;
    this.#timers = ports.timers ?? { set: (run, ms) => setTimeout(run, ms), clear: (id) => clearTimeout(id) };
  }

  /** How many events the server has not acknowledged. */
  get pending() {
    return this.#batches.reduce((sum, batch) => sum + batch.events.length, 0);
  }

  /** Whether what is pending would survive the closing of the page. */
  get durable() {
    return this.#kept;
  }

  /**
   * A session has begun: new work gets its numbers, older work in memory and on the shelf goes first.
   * @param {string} session @param {number} lastSeq @param {Shelf} shelf
   */
  begin(session, lastSeq, shelf) {
    const inMemory = this.#batches.filter((batch) => batch.events.length > 0);
    const known = new Set([session, ...inMemory.map((batch) => batch.session)]);
    const onShelf = shelf.read().filter((batch) => !known.has(batch.session));
    this.#batches = [...onShelf, ...inMemory, { session, events: [] }];
    this.#shelf = shelf;
    this.#seq = lastSeq;
    this.#stopped = false;
    this.#failures = 0;
    this.#keep();
    this.flush();
  }

  /**
   * Numbers and keeps a piece of work, and sends it when its turn comes.
   * @param {Work} work
   * @returns {Promise<Result | null>} what the server said to it, once it is on disk; null where it had nothing to say
   */
  add(work) {
    const events = this.#batches[this.#batches.length - 1].events;
    const last = events[events.length - 1];
    if (last && work.type === 'time' && last.type === 'time' && !this.#tried.has(last)) {
      last.seconds = work.seconds; // a total: the newer one says it all
      this.#keep();
      return Promise.resolve(null);
    }
    /** @type {NumberedWork} */
    const event = { seq: ++this.#seq, ...work };
    events.push(event);
    this.#keep();
    const answered = new Promise((/** @type {(result: Result | null) => void} */ resolve) => {
      this.#waiting.set(event, resolve);
    });
    if (this.#timer === null) this.#run();
    return answered;
  }

  /** Sends at once instead of waiting for the next try. */
  flush() {
    this.#timers.clear(this.#timer);
    this.#timer = null;
    this.#run();
  }

  async #run() {
    if (this.#sending || this.#stopped) return;
    this.#sending = true;
    try {
      let goOn = true;
      while (goOn && !this.#stopped) {
        const batch = this.#batches.find((one) => one.events.length > 0);
        if (!batch) break;
        this.#ports.onState(this.#failures > 0 ? 'offline' : 'saving');
        goOn = await this.#sendSome(batch);
      }
    } finally {
      this.#sending = false;
    }
    if (this.pending === 0 && !this.#stopped) this.#ports.onState('saved');
  }

  /** One request. @param {Batch} batch @returns {Promise<boolean>} whether to go on at once */
  async #sendSome(batch) {
    const alone = this.#aloneUntil !== null && batch.events.includes(this.#aloneUntil);
    const events = batch.events.slice(0, alone ? 1 : EVENTS_PER_REQUEST);
    for (const event of events) this.#tried.add(event);
    let answer;
    try {
      answer = await this.#ports.send({ session: batch.session, events });
    } catch (error) {
      return this.#recover(/** @type {any} */ (error), batch, events);
    }
    if (answer.ack < events[0].seq) return this.#wait(0);
    this.#failures = 0;
    this.#renewed = false;
    this.#settle(batch, answer);
    return true;
  }

  /** @param {Batch} batch @param {EventsAnswer} answer */
  #settle(batch, answer) {
    const done = batch.events.filter((event) => event.seq <= answer.ack);
    batch.events = batch.events.filter((event) => event.seq > answer.ack);
    this.#keep();
    this.#ports.onAnswer(answer);
    for (const event of done) {
      this.#tell(event, answer.results.find((result) => result.seq === event.seq) ?? null);
    }
  }

  /** @param {any} error @param {Batch} batch @param {NumberedWork[]} events @returns {Promise<boolean>} */
  async #recover(error, batch, events) {
    if (error.status === 401) return this.#renew(error);
    if (error.status === 400 || error.status === 413) return this.#isolate(batch, events);
    if (error.passing) return this.#wait(error.retryAfterSeconds);
    return this.#stop(error);
  }

  /** A second 401 right after a launch will not be cured by a third. @param {any} error */
  async #renew(error) {
    if (this.#renewed) {
      this.#renewed = false;
      return this.#wait(error.retryAfterSeconds);
    }
    try {
      await this.#ports.relaunch();
      this.#renewed = true;
      return true;
    } catch (failure) {
      const problem = /** @type {any} */ (failure);
      return problem.passing ? this.#wait(problem.retryAfterSeconds) : this.#stop(problem);
    }
  }

  /** @param {Batch} batch @param {NumberedWork[]} events */
  #isolate(batch, events) {
    if (events.length > 1) {
      this.#aloneUntil = events[events.length - 1];
      return true;
    }
    const [culprit] = events;
    batch.events = batch.events.filter((event) => event !== culprit);
    this.#keep();
    this.#ports.onGivenUp(culprit);
    this.#tell(culprit, { seq: culprit.seq, ok: false, code: 'body_invalid' });
    return true;
  }

  /** @param {number} atLeastSeconds what the server asked for */
  #wait(atLeastSeconds) {
    const seconds = Math.max(WAIT_SECONDS[Math.min(this.#failures, WAIT_SECONDS.length - 1)], atLeastSeconds);
    this.#failures += 1;
    this.#ports.onState('offline');
    this.#timer = this.#timers.set(() => this.flush(), seconds * 1000);
    return false;
  }

  /** @param {any} error */
  #stop(error) {
    this.#stopped = true;
    this.#ports.onState('stopped');
    this.#ports.onStopped(error);
    return false;
  }

  #keep() {
    this.#kept = this.#shelf?.write(this.#batches) ?? false;
  }

  /** @param {NumberedWork} event @param {Result | null} result */
  #tell(event, result) {
    this.#waiting.get(event)?.(result);
    this.#waiting.delete(event);
  }
}
