// SPDX-License-Identifier: Apache-2.0

/* A tiny http server for tests, on a random port of 127.0.0.1: folders and functions mounted under path prefixes. */

import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';

const TYPES = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.xml': 'application/xml', '.svg': 'image/svg+xml',
};

/**
 * @typedef {{status?: number, type?: string, headers?: Record<string, string>, body?: string | Buffer}} Answer
 * @typedef {(url: URL, rest: string) => Answer | null | Promise<Answer | null>} Handler `rest` is the path after the prefix
 */

/**
 * Mounts are tried in the given order; a file that a folder does not have, or a null, passes on to the next.
 * @param {Array<[prefix: string, what: string | Handler]>} mounts a folder's path, or a function
 */
export async function startServer(mounts) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const { status = 200, type = TYPES['.html'], headers = {}, body = '' } = await find(mounts, url);
    response.writeHead(status, { 'Content-Type': type, 'Cache-Control': 'no-store', ...headers });
    response.end(body);
  });
  await new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(undefined)); });
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());

  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => { server.close(resolve); });
    },
  };
}

/** @param {Array<[string, string | Handler]>} mounts @param {URL} url @returns {Promise<Answer>} */
async function find(mounts, url) {
  for (const [prefix, what] of mounts) {
    if (!url.pathname.startsWith(prefix)) continue;
    const rest = url.pathname.slice(prefix.length);
    const answer = typeof what === 'string' ? await readInside(what, rest) : await what(url, rest);
    if (answer) return answer;
  }
  return { status: 404, type: 'text/plain', body: 'not here' };
}

/** @param {string} folder @param {string} path @returns {Promise<Answer | null>} */
async function readInside(folder, path) {
  const file = normalize(join(folder, decodeURIComponent(path) || 'index.html'));
  if (!file.startsWith(normalize(folder + sep))) return null;
  try {
    return { type: TYPES[extname(file)] ?? 'application/octet-stream', body: await readFile(file) };
  } catch {
    return null;
  }
}
