// SPDX-License-Identifier: Apache-2.0
// Dates, numbers and durations of the admin page.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Format, regionOf } from '../../../htdocs/admin/format.js';

/** Intl writes several kinds of blanks; which one is its business. @param {string} text */
const plain = (text) => text.replace(/\p{Zs}/gu, ' ');

const english = new Format('en', 'UTC');
const french = new Format('fr', 'UTC');

test('a duration uses the largest units that tell something', () => {
  assert.equal(english.duration(0), '0 sec');
  assert.equal(english.duration(59.9), '59 sec');
  assert.equal(english.duration(60), '1 min');
  assert.equal(english.duration(3599), '59 min');
  assert.equal(english.duration(3600), '1 hr');
  assert.match(plain(english.duration(3900)), /^1 hr,? 5 min$/);
  assert.equal(plain(french.duration(90_000)), '25 h');
});

test('a negative duration is none', () => {
  assert.equal(english.duration(-5), '0 sec');
});

test('a score keeps two decimals at most and never grows any', () => {
  assert.equal(english.score(66.666), '66.67');
  assert.equal(english.score(80), '80');
  assert.equal(french.score(66.67), '66,67');
});

test('a percentage is out of a hundred', () => {
  assert.equal(english.percent(80), '80%');
  assert.equal(plain(french.percent(7.5)), '7,5 %');
});

test('large numbers are grouped as the language does', () => {
  assert.equal(english.number(12_840), '12,840');
  assert.equal(plain(french.number(12_840)), '12 840');
});

test('a moment is told in the reader’s time zone', () => {
  assert.match(plain(new Format('en', 'Europe/Paris').moment('2026-07-01T22:30:00Z')), /^Jul 2, 2026, 12:30 AM$/);
  assert.equal(new Format('en', 'Europe/Paris').timeZone(), 'Europe/Paris');
});

test('a language has its name in the reader’s language, and a strange tag stays as it is', () => {
  assert.equal(french.language('de'), 'allemand');
  assert.equal(english.language('not a tag'), 'not a tag');
});

test('the reader’s own region is used where the language agrees', () => {
  assert.equal(regionOf('en', ['fr-CA', 'en-GB', 'en-US']), 'en-GB');
  assert.equal(regionOf('fr', ['en-GB']), 'fr');
});
