// SPDX-License-Identifier: Apache-2.0
// The one word for a publication, and the search in the list.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matching, stateOf } from '../../../htdocs/admin/publication-state.js';

const now = Date.parse('2026-06-01T12:00:00Z');
const open = {
  id: '01k', title: 'Sécurité incendie', training: 'fire', origins: [{ origin: 'https://lms.example.com', realm: null }], enabled: true,
  open: true, starts_at: null, ends_at: null, cap: null, learners: 5, training_state: 'ok',
};
/** @param {object} changes */
const state = (changes) => stateOf({ ...open, ...changes }, now).state;

test('each reason why a newcomer could not open it has its word', () => {
  assert.equal(state({}), 'open');
  assert.equal(state({ training_state: 'stale' }), 'open');
  assert.equal(state({ enabled: false }), 'disabled');
  assert.equal(state({ ends_at: '2026-06-01T12:00:00Z' }), 'ended');
  assert.equal(state({ training_state: 'broken' }), 'broken');
  assert.equal(state({ training_state: 'missing' }), 'broken');
  assert.equal(state({ starts_at: '2026-06-01T12:00:01Z' }), 'not_started');
  assert.equal(state({ cap: 5 }), 'full');
  assert.equal(state({ open: false }), 'no_newcomers');
});

test('within its dates and below its cap it is open', () => {
  assert.equal(state({ starts_at: '2026-06-01T12:00:00Z', ends_at: '2026-06-01T12:00:01Z', cap: 6 }), 'open');
});

test('what the publisher chose is told before what happened', () => {
  assert.equal(state({ enabled: false, training_state: 'broken', cap: 1 }), 'disabled');
  assert.equal(state({ training_state: 'broken', open: false, starts_at: '2027-01-01T00:00:00Z' }), 'broken');
});

test('a search finds every word, without case and accents, in title, training and LMS', () => {
  /** @param {string} search */
  const found = (search) => matching([open], search, () => 'Fire safety').length;
  assert.equal(found(''), 1);
  assert.equal(found('SECURITE incendie'), 1);
  assert.equal(found('safety lms.example'), 1);
  assert.equal(found('fire nowhere'), 0);
});
