// SPDX-License-Identifier: Apache-2.0
// LMS addresses while they are typed.

import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { test } from 'node:test';
import { OriginChecks, repeated, splitPaste } from '../../../htdocs/admin/origins.js';

/** @param {string} text */
const good = (text) => ({ text, ok: true, origin: text.toLowerCase(), message: '' });

test('a paste of lines, or of a list, is several addresses', () => {
  assert.deepEqual(splitPaste('https://a.example\r\nhttps://b.example\n\n'), ['https://a.example', 'https://b.example']);
  assert.deepEqual(splitPaste('a, b;c\td e'), ['a', 'b', 'c', 'd', 'e']);
  assert.deepEqual(splitPaste(' https://a.example '), ['https://a.example']);
  assert.deepEqual(splitPaste(' \n'), []);
});

test('the same LMS twice is found by its normalised address; unknown ones are not compared', () => {
  assert.deepEqual([...repeated(['a', null, 'b', 'a', null, 'a'])], [[3, 0], [5, 0]]);
});

test('one request is made when the typing pauses, with every text that has no verdict', async () => {
  /** @type {string[][]} */
  const asked = [];
  let changes = 0;
  const checks = new OriginChecks(async (texts) => (asked.push(texts), texts.map(good)), () => { changes += 1; }, 20);
  checks.want(['h']);
  checks.want(['ht', ' ']);
  checks.want(['HTTPS://A', 'https://b ', '']);
  assert.equal(checks.verdict('HTTPS://A'), null);
  await sleep(60);
  assert.deepEqual(asked, [['HTTPS://A', 'https://b']]);
  assert.equal(checks.verdict(' HTTPS://A ')?.origin, 'https://a');
  assert.equal(changes, 1);

  checks.want(['HTTPS://A', 'https://b']);
  await sleep(60);
  assert.equal(asked.length, 1, 'known verdicts are not asked for again');
});

test('a check that fails leaves no verdict and no error', async () => {
  const checks = new OriginChecks(() => Promise.reject(new Error('away')), () => assert.fail('nothing has changed'), 1);
  checks.want(['https://a']);
  await sleep(30);
  assert.equal(checks.verdict('https://a'), null);
});

test('after stop nothing is asked any more', async () => {
  const checks = new OriginChecks(() => assert.fail('asked'), () => {}, 1);
  checks.want(['https://a']);
  checks.stop();
  await sleep(30);
  assert.equal(checks.verdict('https://a'), null);
});
