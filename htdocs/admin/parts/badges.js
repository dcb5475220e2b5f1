// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* States as badges. The words always stand in them: colour only helps. */

import { html } from '../../shared/html.js';
import { stateOf } from '../publication-state.js';

/** @typedef {import('../app.js').App} App */

/** @type {Record<import('../publication-state.js').State, string>} */
const STATE_KEYS = {
  disabled: 'state.disabled',
  ended: 'state.ended',
  broken: 'state.broken',
  not_started: 'state.not_started',
  full: 'state.full',
  no_newcomers: 'state.no_newcomers',
  open: 'state.open',
};

/** @type {Record<string, { key: string, tone: string }>} */
const TRAINING_STATES = {
  ok: { key: 'training.state.ok', tone: 'good' },
  stale: { key: 'training.state.stale', tone: 'warn' },
  broken: { key: 'training.state.broken', tone: 'bad' },
};

/** @type {Record<string, { key: string, tone: string }>} */
const STATUSES = {
  not_started: { key: 'status.not_started', tone: '' },
  in_progress: { key: 'status.in_progress', tone: 'info' },
  completed: { key: 'status.completed', tone: 'info' },
  passed: { key: 'status.passed', tone: 'good' },
  failed: { key: 'status.failed', tone: 'bad' },
};

/** @param {App} app @param {import('../api.js').Publication} publication */
export function stateBadge(app, publication) {
  const { state, tone } = stateOf(publication, Date.now());
  return html`<span class=${`badge ${tone}`} data-test="state" data-state=${state}>${app.t(STATE_KEYS[state])}</span>`;
}

/** @param {App} app @param {string} state */
export function trainingBadge(app, state) {
  const { key, tone } = TRAINING_STATES[state] ?? { key: 'training.state.missing', tone: 'bad' };
  return html`<span class=${`badge ${tone}`} data-test="training-state" data-state=${state}>${app.t(key)}</span>`;
}

/** @param {App} app @param {string} status */
export function statusBadge(app, status) {
  const known = STATUSES[status];
  return html`<span class=${`badge ${known?.tone ?? ''}`} data-status=${status}>${known ? app.t(known.key) : status}</span>`;
}
