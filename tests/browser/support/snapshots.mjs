// SPDX-License-Identifier: Apache-2.0

/* Snapshots as the server makes them: the words for each state, by edition. */

const IN_PROGRESS = { 12: ['incomplete', 'suspend'], 2004: ['incomplete', null, 'suspend'] };
const PASSED = { 12: ['passed', ''], 2004: ['completed', 'passed', 'suspend'] };

export const WORDS = {
  'not started': { 12: [null, null], 2004: [null, null, null] },
  'in progress': IN_PROGRESS,
  'failed, attempts left': IN_PROGRESS,
  'completed': { 12: ['completed', ''], 2004: ['completed', null, 'suspend'] },
  'passed': PASSED,
  'module validated': PASSED,
  'failed': { 12: ['failed', ''], 2004: ['completed', 'failed', 'suspend'] },
};

/** @param {string} edition @param {keyof typeof WORDS} state @param {{rev: number, score?: number | null, seconds?: number, final?: boolean}} rest */
export function snapshot(edition, state, { rev, score = null, seconds = 0, final = false }) {
  const [first, second, third] = WORDS[state][edition === '1.2' ? 12 : 2004];
  const lms = edition === '1.2' ? { status: first, exit: second } : { completion: first, success: second, exit: third };
  return { rev, status: state.split(/[ ,]/).join('_'), score, seconds, final, lms };
}
