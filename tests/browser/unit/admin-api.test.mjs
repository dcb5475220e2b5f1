// SPDX-License-Identifier: Apache-2.0
// The admin API as the page sees it.

import assert from 'node:assert/strict';
import { ReadableStream } from 'node:stream/web';
import { test } from 'node:test';
import { Api, ApiError, downloadName, kindOfStatus } from '../../../htdocs/admin/api.js';

/**
 * @param {Response | Error} answer
 * @returns {{ api: Api, requests: { url: string, init: RequestInit }[] }}
 */
function apiThatGets(answer) {
  /** @type {{ url: string, init: RequestInit }[]} */
  const requests = [];
  const api = new Api('https://host.example/connect/admin/api/', async (url, init) => {
    requests.push({ url: String(url), init: init ?? {} });
    if (answer instanceof Error) throw answer;
    return answer;
  });
  return { api, requests };
}

/** @param {number} status @param {unknown} body @param {Record<string, string>} [headers] */
const json = (status, body, headers = {}) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json', ...headers } });

/** @param {Promise<unknown>} promise @returns {Promise<ApiError>} */
const errorOf = (promise) => promise.then(() => assert.fail('no error'), (error) => error);

test('ids and cursors are encoded into the address', async () => {
  const { api, requests } = apiThatGets(json(200, { learners: [], next: null }));
  await api.learners('a/b', 'x&y');
  assert.equal(requests[0].url, 'https://host.example/connect/admin/api/publications/a%2Fb/learners?after=x%26y');
});

test('a write is JSON, a read has no body', async () => {
  const write = apiThatGets(json(201, { id: '01k' }));
  await write.api.createPublication({ title: 'Fire' });
  assert.equal(write.requests[0].init.method, 'POST');
  assert.equal(new Headers(write.requests[0].init.headers).get('Content-Type'), 'application/json');
  assert.equal(write.requests[0].init.body, '{"title":"Fire"}');

  const read = apiThatGets(json(200, { refusals: [] }));
  assert.deepEqual(await read.api.refusals('01k'), []);
  assert.equal(read.requests[0].init.body, undefined);
  assert.match(read.requests[0].url, /refusals\?publication=01k$/);
});

test('an error of ours keeps code, subject, number and the wait', async () => {
  const body = { code: 'unavailable', message: 'the database is away', number: 'SC0301', subject: '' };
  const error = await errorOf(apiThatGets(json(503, body, { 'Retry-After': '7' })).api.site());
  assert.ok(error instanceof ApiError);
  assert.deepEqual([error.kind, error.code, error.number, error.retryAfter, error.message], ['unavailable', 'unavailable', 'SC0301', 7, 'the database is away']);
});

test('an error page of httpd itself has a kind all the same', async () => {
  const error = await errorOf(apiThatGets(new Response('<h1>Unauthorized</h1>', { status: 401 })).api.site());
  assert.deepEqual([error.kind, error.status, error.code], ['signed_out', 401, '']);
});

test('a page instead of JSON is no answer', async () => {
  const error = await errorOf(apiThatGets(new Response('<h1>Sign in</h1>', { headers: { 'Content-Type': 'text/html' } })).api.site());
  assert.equal(error.kind, 'failed');
});

test('no connection is an error of the network', async () => {
  assert.equal((await errorOf(apiThatGets(new TypeError('fetch failed')).api.site())).kind, 'network');
});

test('a connection that breaks within the answer is one too', async () => {
  const broken = new ReadableStream({ start: (controller) => controller.error(new TypeError('terminated')) });
  const answer = new Response(broken, { headers: { 'Content-Type': 'application/json' } });
  assert.equal((await errorOf(apiThatGets(answer).api.site())).kind, 'network');
});

test('statuses become kinds', () => {
  assert.equal(kindOfStatus(400), 'invalid');
  assert.equal(kindOfStatus(409), 'conflict');
  assert.equal(kindOfStatus(404), 'missing');
  assert.equal(kindOfStatus(500), 'failed');
});

test('a package keeps the name that the server gives it', async () => {
  const headers = { 'Content-Type': 'application/zip', 'Content-Disposition': 'attachment; filename="fire-1.2.zip"' };
  const { blob, name } = await apiThatGets(new Response('PK', { headers })).api.package('01k', '1.2');
  assert.equal(name, 'fire-1.2.zip');
  assert.equal(await blob.text(), 'PK');
  assert.equal((await apiThatGets(new Response('PK')).api.package('01k', '2004-4')).name, '01k-2004-4.zip');
});

test('the extended file name goes before the plain one', () => {
  assert.equal(downloadName(`attachment; filename="s.zip"; filename*=UTF-8''s%C3%A9curit%C3%A9.zip`), 'sécurité.zip');
  assert.equal(downloadName(`attachment; filename=plain.zip; filename*=UTF-8''%E0`), 'plain.zip');
  assert.equal(downloadName(null), null);
});
