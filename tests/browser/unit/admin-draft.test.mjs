// SPDX-License-Identifier: Apache-2.0
// A publication while it is edited.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  bodyOf, changedFields, draftOf, fieldOfSubject, isoOf, localOf, newDraft, numberOf, problemsOf, rebase,
} from '../../../htdocs/admin/draft.js';

const training = {
  id: 'fire', title: 'Fire safety', langs: ['en', 'fr'], state: 'ok', modules: 1, activities: 1, placement: false,
  assessment: { pass: 80, attempts: 3 }, problems: [],
};

const publication = {
  id: '01k', rev: 4, training: 'fire', title: 'Fire', langs: [], origins: [{ origin: 'https://lms.example.com', realm: null }],
  pass: 75, attempts: null, while_improvable: 'incomplete', show_answers: true, enabled: true, open: false,
  starts_at: '2026-03-01T09:00:30Z', ends_at: null, cap: 20,
};

test('a new draft follows the training', () => {
  const draft = newDraft(training);
  assert.equal(draft.title, 'Fire safety');
  assert.deepEqual(draft.langs, ['en', 'fr']);
  assert.equal(draft.enabled && draft.open, true);
});

test('nothing is changed by opening a form', () => {
  const draft = draftOf(publication, training);
  assert.deepEqual(changedFields(draft, draftOf(publication, training)), []);
});

test('only what was changed is sent: seconds of a date that was not touched stay on the server', () => {
  const before = draftOf(publication, training);
  const draft = { ...before, cap: '', title: ' Fire! ' };
  const changed = changedFields(draft, before);
  assert.deepEqual(changed, ['title', 'cap']);
  assert.deepEqual(bodyOf(draft, changed, training), { title: 'Fire!', cap: null });
});

test('a change that was taken back is no change', () => {
  const before = draftOf(publication, training);
  assert.deepEqual(changedFields({ ...before, langs: ['fr', 'en'], title: 'Fire ', origins: [...before.origins, { text: ' ', realm: '' }] }, before), []);
});

test('empty rows are not sent, and an empty realm is none', () => {
  const draft = { ...newDraft(training), origins: [{ text: ' https://a.example ', realm: ' ' }, { text: '', realm: 'x' }, { text: 'b', realm: 'acme' }] };
  assert.deepEqual(bodyOf(draft, ['origins'], training).origins, [
    { origin: 'https://a.example', realm: null }, { origin: 'b', realm: 'acme' },
  ]);
});

test('all languages are saved as none, so that later ones are included', () => {
  const draft = newDraft(training);
  assert.deepEqual(bodyOf(draft, ['langs'], training), { langs: [] });
  assert.deepEqual(bodyOf({ ...draft, langs: ['fr'] }, ['langs'], training), { langs: ['fr'] });
});

test('attempts: nothing is the training’s number, 0 is unlimited', () => {
  const draft = newDraft(training);
  assert.equal(bodyOf(draft, ['attempts'], training).attempts, null);
  assert.equal(bodyOf({ ...draft, attempts: '0' }, ['attempts'], training).attempts, 0);
});

test('a number may have a decimal comma; other texts are none', () => {
  assert.equal(numberOf(' 7,5 '), 7.5);
  assert.equal(numberOf(''), null);
  for (const text of ['abc', '-1', '1e3', '1.2.3', '½']) assert.ok(Number.isNaN(numberOf(text)), text);
});

test('what must be put right before saving', () => {
  const wrong = {
    ...newDraft(training), training: '', title: ' ', langs: [], pass: '101', attempts: '1.5', cap: '0',
    startsAt: '2026-03-02T10:00', endsAt: '2026-03-02T10:00',
  };
  assert.deepEqual([...problemsOf(wrong, training).keys()], ['training', 'title', 'langs', 'pass', 'attempts', 'cap', 'endsAt']);
  assert.equal(problemsOf(draftOf(publication, training), training).size, 0);
});

test('a form without LMS addresses may be saved: the first refusal can be authorised', () => {
  assert.equal(problemsOf(newDraft(training), training).size, 0);
});

test('after somebody else’s change, my changes stand on the newest version', () => {
  const before = draftOf(publication, training);
  const mine = { ...before, title: 'Mine' };
  const fresh = draftOf({ ...publication, rev: 5, title: 'Theirs', cap: 99 }, training);
  const draft = rebase(mine, before, fresh);
  assert.equal(draft.title, 'Mine');
  assert.equal(draft.cap, '99');
  assert.deepEqual(changedFields(draft, fresh), ['title']);
});

test('the server’s subject finds its field', () => {
  assert.equal(fieldOfSubject('while_improvable'), 'whileImprovable');
  assert.equal(fieldOfSubject('origins[2].realm'), 'origins');
  assert.equal(fieldOfSubject('nonsense'), null);
  assert.equal(fieldOfSubject(''), null);
});

test('local times and ISO times are each other’s inverse', () => {
  for (const iso of ['2026-01-15T09:30:00Z', '2026-07-15T21:45:00Z']) assert.equal(isoOf(localOf(iso)), iso);
  assert.equal(localOf(null), '');
  assert.equal(isoOf(''), null);
});
