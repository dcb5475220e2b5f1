// SPDX-License-Identifier: Apache-2.0
// Sentences: plurals, languages, and catalogues that are complete.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Catalogue, directionOf, pickLanguage } from '../../../htdocs/shared/i18n.js';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PLAYER = join(ROOT, 'htdocs/player');
const catalogue = (lang) => JSON.parse(readFileSync(join(PLAYER, `lang/${lang}.json`), 'utf8'));
const placeholders = (entry) => new Set(JSON.stringify(entry).match(/\{\w+\}/g));

test('the plural form follows the language', () => {
  const forms = { n: { one: '{count} form', other: '{count} forms' } };
  const english = new Catalogue('en', forms);
  const french = new Catalogue('fr', forms);
  assert.deepEqual([0, 1, 2].map((count) => english.text('n', { count })), ['0 forms', '1 form', '2 forms']);
  assert.equal(french.text('n', { count: 0 }), '0 form');
});

test('languages with more forms than English get theirs', () => {
  const polish = new Catalogue('pl', { n: { one: 'plik', few: 'pliki', many: 'plików', other: 'pliku' } });
  assert.deepEqual([1, 3, 5].map((count) => polish.text('n', { count })), ['plik', 'pliki', 'plików']);
});

test('placeholders are filled with text as it is and with numbers as the language writes them', () => {
  const french = new Catalogue('fr', { a: '{name} : {score}' });
  assert.equal(french.text('a', { name: '{score}<b>', score: 66.67 }), '{score}<b> : 66,67');
});

test('a missing sentence shows its key', () => {
  assert.equal(new Catalogue('en', {}).text('toString'), 'toString');
});

test('what is no time stays as it is', () => {
  assert.equal(new Catalogue('en', {}).dateTime('soon'), 'soon');
});

test('a language is found by its tag or by its first part, in the order wanted', () => {
  assert.equal(pickLanguage(['en', 'fr'], ['de', 'fr-CA', 'en']), 'fr');
  assert.equal(pickLanguage(['en', 'pt-BR', 'pt'], ['PT-br']), 'pt-BR');
  assert.equal(pickLanguage(['en', 'fr'], []), 'en');
});

test('right-to-left languages are known', () => {
  assert.equal(directionOf('ar-EG'), 'rtl');
  assert.equal(directionOf('fr'), 'ltr');
});

test('both catalogues have the same keys, the same placeholders, and the plural forms their language needs', () => {
  const english = catalogue('en');
  const french = catalogue('fr');
  assert.deepEqual(Object.keys(french), Object.keys(english));
  for (const key of Object.keys(english)) {
    assert.deepEqual(placeholders(french[key]), placeholders(english[key]), key);
    assert.equal(typeof french[key], typeof english[key], key);
    if (typeof english[key] === 'object') {
      for (const forms of [english[key], french[key]]) assert.deepEqual(Object.keys(forms), ['one', 'other'], key);
    }
  }
});

/** Every script of the player, as text. */
const sources = readdirSync(PLAYER, { withFileTypes: true })
  .flatMap((entry) => (entry.isDirectory() ? readdirSync(join(PLAYER, entry.name)).map((name) => join(entry.name, name)) : [entry.name]))
  .filter((name) => name.endsWith('.js'))
  .map((name) => readFileSync(join(PLAYER, name), 'utf8'))
  .join('\n');

test('every sentence that the player asks for exists, and every one that exists is asked for', () => {
  const keys = Object.keys(catalogue('en'));
  const groups = new Set(keys.map((key) => key.split('.')[0]));
  const quoted = [...sources.matchAll(/'([a-z]+(?:\.[a-z_]+)+)'/g)].map((match) => match[1]).filter((key) => groups.has(key.split('.')[0]));
  const composed = [...sources.matchAll(/`([a-z$.{}\w]+)`/g)]
    .map((match) => match[1])
    .filter((text) => text.includes('${') && text.includes('.') && !text.startsWith('.'))
    .map((text) => new RegExp(`^${text.replace(/\$\{[^}]*\}/g, '#').replaceAll('.', '\\.').replaceAll('#', '[a-z_]+')}$`));
  assert.ok(quoted.length > 80 && composed.length >= 5);
  for (const key of quoted) assert.ok(keys.includes(key), `${key} is asked for`);
  for (const key of keys) assert.ok(quoted.includes(key) || composed.some((pattern) => pattern.test(key)), `${key} is never asked for`);
});

test('every error of the protocol has a title and an advice, every refused event a sentence', () => {
  const protocol = readFileSync(join(ROOT, 'docs/protocol.md'), 'utf8');
  const english = catalogue('en');
  const rows = [...protocol.matchAll(/^\| ((?:`\w+`(?:, )?)+) \| \d{3}/gm)];
  const codes = rows.flatMap((row) => [...row[1].matchAll(/`(\w+)`/g)].map((match) => match[1]));
  assert.ok(codes.length >= 14);
  for (const code of codes) {
    assert.ok(english[`refusal.${code}.title`], `title of ${code}`);
    assert.ok(english[`refusal.${code}.advice`], `advice of ${code}`);
  }
  const refused = [.../Codes: ([^.]+)\./.exec(protocol)[1].matchAll(/`(\w+)`/g)].map((match) => match[1]);
  assert.ok(refused.length >= 7);
  for (const code of refused) assert.ok(english[`refused.${code}`], `sentence of ${code}`);
});

test('the page preloads exactly the modules that the player imports', () => {
  const page = readFileSync(join(PLAYER, 'index.html'), 'utf8');
  const preloaded = [...page.matchAll(/rel="modulepreload" href="\.\.\/\.\.\/s\/([^"]+)"/g)].map((match) => match[1]);
  const imported = new Set();
  const follow = (file) => {
    if (imported.has(file)) return;
    imported.add(file);
    if (file.startsWith('vendor/')) return;
    const source = readFileSync(join(ROOT, 'htdocs', file), 'utf8');
    for (const [, path] of source.matchAll(/^(?:import|export|\})[^'"`]*from '([^']+)'/gm)) {
      follow(new URL(path, `http://x/${file}`).pathname.slice(1));
    }
  };
  follow('player/player.js');
  imported.delete('player/player.js');
  assert.deepEqual([...preloaded].sort(), [...imported].sort());
});
