// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The line to the connector, and through it to the LMS (docs/protocol.md §1).
 *
 * The port may be replaced at any time; what the new one has to know is said to it at once. */

/** @import { Snapshot } from './types.js' */

/**
 * @typedef {object} Ack what the LMS said to a snapshot
 * @property {number} rev
 * @property {string} lms "ok", or the LMS's error code
 * @property {string} [element]
 */

export class LmsLine {
  /** @type {MessagePort | null} */
  #port = null;
  /** @type {Snapshot | null} */
  #snapshot = null;
  #seconds = 0;
  #lastAck = '';
  #on;

  /** @param {{ onAck: (ack: Ack) => void, onState: (state: string) => void }} on */
  constructor(on) {
    this.#on = on;
  }

  /** @param {MessagePort} port */
  use(port) {
    this.#port?.close();
    this.#port = port;
    port.onmessage = (event) => this.#hear(event.data);
    if (this.#snapshot) this.report(this.#snapshot);
    if (this.#seconds > 0) this.#say({ t: 'time', seconds: this.#seconds });
  }

  /** @param {Snapshot} snapshot */
  report(snapshot) {
    this.#snapshot = snapshot;
    this.#say({ t: 'snapshot', snapshot });
  }

  /** Says the active time where it has risen. @param {number} seconds */
  time(seconds) {
    if (seconds <= this.#seconds) return;
    this.#seconds = seconds;
    this.#say({ t: 'time', seconds });
  }

  /** The last word: the snapshot again, so that the connector surely holds it, then the wish to end. */
  quit() {
    if (this.#snapshot) this.report(this.#snapshot);
    this.#say({ t: 'quit' });
  }

  /** @param {object} message */
  #say(message) {
    this.#port?.postMessage(message);
  }

  /** @param {any} message */
  #hear(message) {
    if (message?.t === 'lms' && typeof message.state === 'string') this.#on.onState(message.state);
    if (message?.t !== 'ack' || !Number.isInteger(message.rev) || typeof message.lms !== 'string') return;

    // Recording an ack brings a new answer from the server, and that a new ack: the same one is worth telling once.
    const { rev, lms } = message;
    const element = typeof message.element === 'string' ? message.element : undefined;
    const ack = element === undefined ? { rev, lms } : { rev, lms, element };
    const text = JSON.stringify(ack);
    if (text === this.#lastAck) return;
    this.#lastAck = text;
    this.#on.onAck(ack);
  }
}
