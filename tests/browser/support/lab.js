// SPDX-License-Identifier: Apache-2.0

/* Runs before the connector on a test's launch page. ?speed=10 lets time pass ten times as fast, ?lang=fr makes it the
 * browser's language, ?own=1.2 puts an LMS into the page's own window. lab.travel(s) moves the clock, as a sleep does. */

(function () {
  'use strict';
  const wish = new URLSearchParams(location.search);
  const speed = Number(wish.get('speed') || 1);
  const { setTimeout: later, setInterval: often } = window;
  const now = performance.now.bind(performance);
  let travelled = 0;

  window.setTimeout = (action, ms = 0, ...args) => later.call(window, action, ms / speed, ...args);
  window.setInterval = (action, ms = 0, ...args) => often.call(window, action, ms / speed, ...args);
  performance.now = () => now() * speed + travelled;

  if (wish.get('lang')) Object.defineProperty(navigator, 'languages', { value: [wish.get('lang')] });
  if (wish.get('own')) window.fakeLms.install(window, { edition: wish.get('own') });
  window.lab = { travel(seconds) { travelled += seconds * 1000; } };
})();
