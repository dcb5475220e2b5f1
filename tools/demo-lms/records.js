// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What the LMS remembers of a learner between launches, in this browser. */

/**
 * @typedef {object} Record
 * @property {{[element: string]: string}} values as the last Commit or Terminate left them
 * @property {string} totalTime in the edition's notation; "" before the first session ended
 */

const PREFIX = 'demo-lms';

/** One record per learner, edition and entry. @param {{edition: string, item: string, learner: string}} who */
const keyOf = ({ edition, item, learner }) => [PREFIX, edition, item, learner].map(encodeURIComponent).join(':');

/** @param {{edition: string, item: string, learner: string}} who @returns {Record | null} */
export function recall(who) {
  const text = localStorage.getItem(keyOf(who));
  return text ? JSON.parse(text) : null;
}

/** @param {{edition: string, item: string, learner: string}} who @param {Record} record */
export function remember(who, record) {
  localStorage.setItem(keyOf(who), JSON.stringify(record));
}

/** Forgets a learner in every edition and entry. @param {string} learner */
export function forget(learner) {
  const mine = `:${encodeURIComponent(learner)}`;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith(`${PREFIX}:`) && key.endsWith(mine)) localStorage.removeItem(key);
  }
}
