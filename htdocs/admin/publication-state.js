// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What a learner who opens a publication now would meet, in one word, and how loudly to say it.
 * The first rule that holds decides: what the publisher chose goes before what happened. */

/** @typedef {import('./api.js').Publication} Publication */
/** @typedef {'disabled' | 'ended' | 'broken' | 'not_started' | 'full' | 'no_newcomers' | 'open'} State */

/** @type {{ state: State, tone: string, holds: (publication: Publication, now: number) => boolean }[]} */
const RULES = [
  { state: 'disabled',     tone: '',     holds: (publication) => !publication.enabled },
  { state: 'ended',        tone: '',     holds: ({ ends_at }, now) => ends_at !== null && Date.parse(ends_at) <= now },
  { state: 'broken',       tone: 'bad',  holds: ({ training_state }) => !servesTraining(training_state) },
  { state: 'not_started',  tone: 'info', holds: ({ starts_at }, now) => starts_at !== null && Date.parse(starts_at) > now },
  { state: 'full',         tone: 'warn', holds: ({ cap, learners }) => cap !== null && learners >= cap },
  { state: 'no_newcomers', tone: 'info', holds: (publication) => !publication.open },
  { state: 'open',         tone: 'good', holds: () => true },
];

/** @param {Publication} publication @param {number} now in milliseconds */
export function stateOf(publication, now) {
  const { state, tone } = /** @type {typeof RULES[0]} */ (RULES.find((rule) => rule.holds(publication, now)));
  return { state, tone };
}

/**
 * A stale training is served from its last good version.
 * @param {string} state
 */
export function servesTraining(state) {
  return state === 'ok' || state === 'stale';
}

/**
 * The publications that answer a search: every word is found in the title, the training or an LMS address.
 * @param {Publication[]} publications
 * @param {string} search
 * @param {(training: string) => string} titleOf
 */
export function matching(publications, search, titleOf) {
  const words = fold(search).split(/\s+/).filter(Boolean);
  return publications.filter((publication) => {
    const text = fold([
      publication.title, publication.training, titleOf(publication.training), publication.id,
      ...publication.origins.map(({ origin }) => origin),
    ].join('\n'));
    return words.every((word) => text.includes(word));
  });
}

/** Without case and accents: "securite" finds "Sécurité". @param {string} text */
function fold(text) {
  return text.normalize('NFD').replace(/\p{Mn}/gu, '').toLowerCase();
}
