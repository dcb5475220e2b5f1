// SPDX-License-Identifier: Apache-2.0
// The admin page's sentences: the same keys and placeholders in every language, and none missing or left over.

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const admin = new URL('../../../htdocs/admin/', import.meta.url);

/** @param {string} lang @returns {Record<string, string | Record<string, string>>} */
const catalogue = (lang) => JSON.parse(readFileSync(new URL(`lang/${lang}.json`, admin), 'utf8'));

const languages = readdirSync(new URL('lang/', admin)).map((name) => name.replace('.json', ''));
const english = catalogue('en');
const source = ['', 'parts/', 'screens/'].flatMap((folder) => readdirSync(new URL(folder, admin))
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(new URL(folder + name, admin), 'utf8'))).join('\n');

/** @param {string | Record<string, string>} entry */
const forms = (entry) => (typeof entry === 'string' ? [entry] : Object.values(entry));

/** @param {string | Record<string, string>} entry */
const placeholders = (entry) => [...new Set(forms(entry).flatMap((form) => form.match(/\{\w+\}/g) ?? []))].sort();

test('English and French are there', () => {
  assert.deepEqual(languages.sort(), ['en', 'fr']);
});

for (const lang of languages) {
  test(`${lang} has exactly the keys of English, in its order`, () => {
    assert.deepEqual(Object.keys(catalogue(lang)), Object.keys(english));
  });

  test(`${lang} has the placeholders of English`, () => {
    const entries = catalogue(lang);
    for (const key of Object.keys(english)) assert.deepEqual(placeholders(entries[key]), placeholders(english[key]), key);
  });

  test(`${lang} has no empty sentence`, () => {
    for (const [key, entry] of Object.entries(catalogue(lang))) assert.ok(forms(entry).every((form) => form.trim()), key);
  });

  test(`${lang} has every plural form that its language needs`, () => {
    const needed = new Intl.PluralRules(lang).resolvedOptions().pluralCategories;
    for (const [key, entry] of Object.entries(catalogue(lang))) {
      if (typeof entry !== 'string') for (const category of needed) assert.ok(entry[category], `${key}.${category}`);
    }
  });
}

test('every key that the page uses exists', () => {
  const sections = new Set(Object.keys(english).map((key) => key.split('.')[0]));
  const used = [...source.matchAll(/'([a-z]+(?:\.[a-z_0-9]+)+)'/g)].map(([, key]) => key).filter((key) => sections.has(key.split('.')[0]));
  assert.ok(used.length > 100);
  assert.deepEqual(used.filter((key) => !(key in english)), []);
});

test('every key made from a value exists for the values of the API', () => {
  const made = [...source.matchAll(/`([a-z.]+)\.\$\{/g)].map(([, prefix]) => prefix).filter((prefix) => Object.keys(english).some((key) => key.startsWith(`${prefix}.`)));
  assert.deepEqual([...new Set(made)].sort(), ['improvable', 'training.state']);
  for (const key of ['improvable.completed', 'improvable.incomplete', 'training.state.ok', 'training.state.stale', 'training.state.broken']) {
    assert.ok(key in english, key);
  }
});

test('no sentence is left over', () => {
  const unused = Object.keys(english).filter((key) => !source.includes(`'${key}'`));
  assert.deepEqual(unused, []);
});
