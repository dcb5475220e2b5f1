// SPDX-License-Identifier: Apache-2.0
// Where a learner is taken next, for each kind of progress.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isBlank, isFresh, neighbours, offersPlacement, resumeTarget, unanswered } from '../../../htdocs/player/state.js';

const module = (id, blocks = []) => ({ id, title: id, minutes: null, unlock: 'previous', blocks });
const course = {
  chapters: [{ id: 'c1', title: '', modules: [module('a'), module('b')] }, { id: 'c2', title: '', modules: [module('c')] }],
  placement: { id: 'p', title: '', activities: [] },
  assessment: { id: 'f', title: '', pass: 80, attempts: 2, activities: [] },
};

/** Progress from the states of a, b and c; the first that is not done is unlocked. */
function progress(states, more = {}) {
  const modules = {};
  let unlocked = true;
  states.forEach((state, index) => {
    modules['abc'[index]] = { state, unlocked, read: false, validated: state === 'validated' };
    unlocked &&= state === 'done' || state === 'validated';
  });
  const done = states.filter((state) => state === 'done' || state === 'validated').length;
  const assessment = { attempts_used: 0, attempts_left: 2, best: null, passed: false, unlocked: done === 3, open: null };
  return {
    status: 'in_progress', score: null, percent: Math.round((done * 100) / 3), location: null, modules, activities: {},
    placement: { taken: false, skipped: false, validated: [] }, ...more, assessment: { ...assessment, ...more.assessment },
  };
}

const target = (states, more) => resumeTarget(course, progress(states, more));

test('a new learner starts with the first module', () => {
  assert.deepEqual(target(['open', 'open', 'open']), { name: 'module', id: 'a' });
});

test('who left in a module returns to it', () => {
  assert.deepEqual(target(['done', 'started', 'open'], { location: 'b' }), { name: 'module', id: 'b' });
});

test('a finished location leads to the next module that is open', () => {
  assert.deepEqual(target(['done', 'validated', 'open'], { location: 'a' }), { name: 'module', id: 'c' });
});

test('a location that was removed from the course is no obstacle', () => {
  assert.deepEqual(target(['done', 'open', 'open'], { location: 'gone' }), { name: 'module', id: 'b' });
});

test('after the last module the assessment is next, while it can still be passed', () => {
  const done = ['done', 'done', 'done'];
  assert.deepEqual(target(done), { name: 'assessment' });
  assert.equal(target(done, { assessment: { passed: true } }), null);
  assert.equal(target(done, { assessment: { attempts_left: 0 } }), null);
  assert.deepEqual(target(done, { assessment: { attempts_left: null } }), { name: 'assessment' });
});

test('an open attempt comes before everything else', () => {
  const open = { number: 1, answers: {} };
  assert.deepEqual(target(['done', 'open', 'open'], { location: 'b', assessment: { open } }), { name: 'assessment' });
});

test('without an assessment a finished course leads nowhere', () => {
  assert.equal(resumeTarget({ ...course, assessment: null }, progress(['done', 'done', 'done'])), null);
});

test('previous and next cross the chapters and end at the ends', () => {
  assert.equal(neighbours(course, 'a').previous, undefined);
  assert.equal(neighbours(course, 'b').next.id, 'c');
  assert.equal(neighbours(course, 'c').previous.id, 'b');
  assert.equal(neighbours(course, 'c').next, undefined);
  assert.deepEqual(neighbours(course, 'gone'), { previous: undefined, next: undefined });
});

test('the placement test is offered until it is taken or skipped, and while it could spare anything', () => {
  assert.equal(offersPlacement(course, progress(['open', 'open', 'open'])), true);
  assert.equal(offersPlacement(course, progress(['open', 'open', 'open'], { placement: { taken: true, skipped: false, validated: [] } })), false);
  assert.equal(offersPlacement(course, progress(['open', 'open', 'open'], { placement: { taken: false, skipped: true, validated: [] } })), false);
  assert.equal(offersPlacement(course, progress(['done', 'done', 'done'])), false);
  assert.equal(offersPlacement({ ...course, placement: null }, progress(['open', 'open', 'open'], { placement: null })), false);
});

test('a learner is new until anything was done', () => {
  assert.equal(isFresh(progress(['open', 'open', 'open'])), true);
  assert.equal(isFresh(progress(['started', 'open', 'open'], { location: 'a' })), false);
  assert.equal(isFresh(progress(['open', 'open', 'open'], { placement: { taken: false, skipped: true, validated: [] } })), false);
});

test('unanswered counts questions, not texts', () => {
  const blocks = [{ type: 'text', html: '' }, { type: 'gap', id: 'g1', html: '', points: 1 }, { type: 'gap', id: 'g2', html: '', points: 1 }];
  const known = { ...progress(['open', 'open', 'open']), activities: { g1: { correct: false, points: 0, tries: 1, response: ['x'] } } };
  assert.deepEqual(unanswered(module('a', blocks), known).map((activity) => activity.id), ['g2']);
});

test('blanks are no response', () => {
  assert.equal(isBlank(undefined), true);
  assert.equal(isBlank([]), true);
  assert.equal(isBlank([' ']), true);
  assert.equal(isBlank(['x']), false);
});
