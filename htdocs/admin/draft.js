// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A publication while it is edited: every field as the form holds it, mostly text. Pure.
 * The server's rules are the server's; here only what must be said before a request makes sense. */

/** @typedef {import('./api.js').Publication} Publication */
/** @typedef {import('./api.js').Training} Training */

/** @typedef {{ text: string, realm: string }} DraftOrigin */

/**
 * @typedef {{ training: string, title: string, origins: DraftOrigin[], langs: string[], pass: string, attempts: string,
 *   whileImprovable: 'completed' | 'incomplete', showAnswers: boolean, enabled: boolean, open: boolean,
 *   startsAt: string, endsAt: string, cap: string }} Draft
 */

/** @typedef {keyof Draft} Field */

/** The form's fields in their order, with the API's names. @type {{ field: Field, name: string }[]} */
export const FIELDS = [
  { field: 'training', name: 'training' },
  { field: 'title', name: 'title' },
  { field: 'origins', name: 'origins' },
  { field: 'langs', name: 'langs' },
  { field: 'pass', name: 'pass' },
  { field: 'attempts', name: 'attempts' },
  { field: 'whileImprovable', name: 'while_improvable' },
  { field: 'showAnswers', name: 'show_answers' },
  { field: 'enabled', name: 'enabled' },
  { field: 'open', name: 'open' },
  { field: 'startsAt', name: 'starts_at' },
  { field: 'endsAt', name: 'ends_at' },
  { field: 'cap', name: 'cap' },
];

/** @param {Training} [training] @returns {Draft} */
export function newDraft(training) {
  return {
    training: training?.id ?? '', title: training?.title ?? '', origins: [{ text: '', realm: '' }],
    langs: [...training?.langs ?? []], pass: '', attempts: '', whileImprovable: 'completed', showAnswers: false,
    enabled: true, open: true, startsAt: '', endsAt: '', cap: '',
  };
}

/**
 * An empty list of languages means all of the training: they are all ticked.
 * @param {Publication} publication
 * @param {Training} [training]
 * @returns {Draft}
 */
export function draftOf(publication, training) {
  return {
    training: publication.training,
    title: publication.title,
    origins: publication.origins.map(({ origin, realm }) => ({ text: origin, realm: realm ?? '' })),
    langs: publication.langs.length > 0 ? [...publication.langs] : [...training?.langs ?? []],
    pass: numberText(publication.pass),
    attempts: numberText(publication.attempts),
    whileImprovable: publication.while_improvable,
    showAnswers: publication.show_answers,
    enabled: publication.enabled,
    open: publication.open,
    startsAt: localOf(publication.starts_at),
    endsAt: localOf(publication.ends_at),
    cap: numberText(publication.cap),
  };
}

/** The fields in which two drafts differ. @param {Draft} draft @param {Draft} before @returns {Field[]} */
export function changedFields(draft, before) {
  return FIELDS.map(({ field }) => field).filter((field) => sameText(field, draft) !== sameText(field, before));
}

/**
 * The request's body for these fields, by the API's names.
 * @param {Draft} draft
 * @param {Field[]} fields
 * @param {Training} [training]
 */
export function bodyOf(draft, fields, training) {
  /** @type {Record<string, unknown>} */
  const values = {
    training: draft.training,
    title: draft.title.trim(),
    origins: filled(draft.origins).map(({ text, realm }) => ({ origin: text.trim(), realm: realm.trim() || null })),
    langs: langsToSave(draft.langs, training?.langs ?? []),
    pass: numberOf(draft.pass),
    attempts: numberOf(draft.attempts),
    while_improvable: draft.whileImprovable,
    show_answers: draft.showAnswers,
    enabled: draft.enabled,
    open: draft.open,
    starts_at: isoOf(draft.startsAt),
    ends_at: isoOf(draft.endsAt),
    cap: numberOf(draft.cap),
  };
  return Object.fromEntries(FIELDS.filter(({ field }) => fields.includes(field)).map(({ name }) => [name, values[name]]));
}

/**
 * What the publisher typed, on top of what someone else has saved meanwhile.
 * @param {Draft} draft
 * @param {Draft} before what the draft was made from
 * @param {Draft} fresh what is saved now
 * @returns {Draft}
 */
export function rebase(draft, before, fresh) {
  const mine = changedFields(draft, before).map((field) => [field, draft[field]]);
  return { ...fresh, ...Object.fromEntries(mine) };
}

/**
 * What must be put right before saving: a field and the key of its sentence.
 * @param {Draft} draft
 * @param {Training} [training]
 * @returns {Map<Field, string>}
 */
export function problemsOf(draft, training) {
  /** @type {Map<Field, string>} */
  const problems = new Map();
  if (!draft.training) problems.set('training', 'form.training.missing');
  if (!draft.title.trim()) problems.set('title', 'form.title.missing');
  if (training && training.langs.length > 0 && draft.langs.length === 0) problems.set('langs', 'form.langs.missing');
  const pass = numberOf(draft.pass);
  if (Number.isNaN(pass) || (pass !== null && pass > 100)) problems.set('pass', 'form.pass.wrong');
  if (!isCount(draft.attempts)) problems.set('attempts', 'form.attempts.wrong');
  if (!isCount(draft.cap) || numberOf(draft.cap) === 0) problems.set('cap', 'form.cap.wrong');
  if (draft.startsAt && draft.endsAt && draft.endsAt <= draft.startsAt) problems.set('endsAt', 'form.ends.wrong');
  return problems;
}

/**
 * Where the server's complaint belongs: its `subject` is a field's name, perhaps with a place in a list, as in `origins[1]`.
 * @param {string} subject
 * @returns {Field | null}
 */
export function fieldOfSubject(subject) {
  const name = /^[a-z_]+/.exec(subject)?.[0];
  return FIELDS.find((field) => field.name === name)?.field ?? null;
}

/**
 * A publisher's text as a number: NaN where it is none, null where there is no text. A decimal comma is welcome.
 * @param {string} text
 */
export function numberOf(text) {
  const trimmed = text.trim();
  if (!trimmed) return null;
  return /^\d+([.,]\d+)?$/.test(trimmed) ? Number(trimmed.replace(',', '.')) : NaN;
}

/** An instant as `datetime-local` wants it, in the browser's time zone. @param {string | null} iso */
export function localOf(iso) {
  if (!iso) return '';
  const date = new Date(iso);
  const two = (/** @type {number} */ value) => String(value).padStart(2, '0');
  const day = `${String(date.getFullYear()).padStart(4, '0')}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** @param {string} local a value of `datetime-local` @returns {string | null} ISO 8601 in UTC, to the second */
export function isoOf(local) {
  const date = new Date(local);
  return Number.isNaN(date.getTime()) ? null : date.toISOString().replace(/\.\d+Z$/, 'Z');
}

/**
 * All of the training's languages are saved as none: a language that the author adds later is then included.
 * @param {string[]} chosen
 * @param {string[]} offered
 */
function langsToSave(chosen, offered) {
  const all = offered.length > 0 && offered.every((lang) => chosen.includes(lang)) && chosen.length === offered.length;
  return all ? [] : chosen;
}

/** @param {DraftOrigin[]} origins */
function filled(origins) {
  return origins.filter(({ text }) => text.trim() !== '');
}

/** @param {string} text */
function isCount(text) {
  const number = numberOf(text);
  return number === null || Number.isInteger(number);
}

/** @param {number | null} value */
function numberText(value) {
  return value === null ? '' : String(value);
}

/** @param {Field} field @param {Draft} draft */
function sameText(field, draft) {
  const value = draft[field];
  if (field === 'origins') return JSON.stringify(filled(draft.origins).map(({ text, realm }) => [text.trim(), realm.trim()]));
  if (Array.isArray(value)) return JSON.stringify([...value].sort());
  return typeof value === 'string' ? value.trim() : String(value);
}
