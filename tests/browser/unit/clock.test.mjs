// SPDX-License-Identifier: Apache-2.0
// Active time: what counts, and what does not.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ActiveClock } from '../../../htdocs/player/clock.js';

function makeClock(options = {}) {
  let now = 1000;
  const clock = new ActiveClock({ now: () => now, visible: true, idleSeconds: 300, ...options });
  const sleep = (seconds) => { now += seconds * 1000; };
  const run = (seconds) => {
    for (let i = 0; i < seconds; i += 1) {
      sleep(1);
      clock.tick();
    }
  };
  return { clock, run, sleep };
}

test('visible seconds count', () => {
  const { clock, run } = makeClock();
  run(42);
  assert.equal(clock.seconds, 42);
});

test('a hidden page does not count, and coming back starts at once', () => {
  const { clock, run } = makeClock();
  run(10);
  clock.show(false);
  run(100);
  clock.show(true);
  run(5);
  assert.equal(clock.seconds, 15);
});

test('a page that begins hidden counts from its first showing', () => {
  const { clock, run } = makeClock({ visible: false });
  run(10);
  assert.equal(clock.seconds, 0);
  clock.show(true);
  run(3);
  assert.equal(clock.seconds, 3);
});

test('after the idle limit time stands still until the learner does something', () => {
  const { clock, run } = makeClock({ idleSeconds: 20 });
  run(60);
  assert.equal(clock.seconds, 20);
  clock.touch();
  run(5);
  assert.equal(clock.seconds, 25);
});

test('an idle limit between two ticks is met exactly', () => {
  const { clock, run } = makeClock({ idleSeconds: 2.5 });
  run(10);
  assert.equal(clock.seconds, 2);
});

test('two hours of sleep are no learning, nor is what follows until the learner does something', () => {
  const { clock, run, sleep } = makeClock();
  run(30);
  sleep(7200);
  run(10);
  assert.equal(clock.seconds, 30);
  clock.touch();
  run(30);
  assert.equal(clock.seconds, 60);
});

test('a short sleep does not count either, also when a key ends it', () => {
  const { clock, run, sleep } = makeClock();
  run(30);
  sleep(100);
  clock.touch();
  run(1);
  assert.equal(clock.seconds, 31);
});

test('late ticks lose nothing up to twice their length', () => {
  const { clock, sleep } = makeClock();
  for (let i = 0; i < 10; i += 1) {
    sleep(1.9);
    clock.tick();
  }
  assert.equal(clock.seconds, 19);
});
