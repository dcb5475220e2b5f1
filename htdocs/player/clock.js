// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Active time: seconds during which the page was visible and the learner did something not long ago.
 *
 * The clock is told of time by `tick`, called about every `tickMs`, and reads a monotonic `now`. A gap of more than two
 * ticks means that the machine slept or the page was frozen; nobody learned anything in it. */

export class ActiveClock {
  #now;
  #idleMs;
  #tickMs;
  #activeMs = 0;
  #readAt;
  #inputAt;
  #visible;

  /**
   * @param {object} options
   * @param {() => number} options.now milliseconds that never fall
   * @param {boolean} options.visible
   * @param {number} [options.idleSeconds] time without input after which nothing counts
   * @param {number} [options.tickMs]
   */
  constructor({ now, visible, idleSeconds = 300, tickMs = 1000 }) {
    this.#now = now;
    this.#idleMs = idleSeconds * 1000;
    this.#tickMs = tickMs;
    this.#visible = visible;
    this.#readAt = this.#inputAt = now();
  }

  /** Whole active seconds since the start. */
  get seconds() {
    return Math.floor(this.#activeMs / 1000);
  }

  set idleSeconds(/** @type {number} */ seconds) {
    this.#idleMs = seconds * 1000;
  }

  /** The learner did something. */
  touch() {
    this.tick();
    this.#inputAt = this.#now();
  }

  /** @param {boolean} visible */
  show(visible) {
    this.tick();
    if (visible && !this.#visible) this.#inputAt = this.#now();
    this.#visible = visible;
  }

  tick() {
    const now = this.#now();
    const gap = now - this.#readAt;
    this.#readAt = now;
    if (!this.#visible || gap > 2 * this.#tickMs) return;
    const idleFrom = this.#inputAt + this.#idleMs;
    this.#activeMs += Math.max(0, Math.min(now, idleFrom) - (now - gap));
  }
}
