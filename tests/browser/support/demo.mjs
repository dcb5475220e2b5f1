// SPDX-License-Identifier: Apache-2.0

/* The product as tools/quickstart starts it: server, database, sample training, and the demonstration LMS on another origin.
   SC_DEMO_DIR names a folder that may be used again, so that a second browser's run starts at once. */

import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const QUICKSTART = fileURLToPath(new URL('../../../tools/quickstart', import.meta.url));

/** A port that nobody listens on. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** @param {string} name of the test that wants it; each has a demonstration of its own */
export async function startDemo(name) {
  const kept = process.env.SC_DEMO_DIR && join(process.env.SC_DEMO_DIR, name);
  const dir = kept || await mkdtemp(join(tmpdir(), 'scormconnect-demo-'));
  const [port, lmsPort] = [await freePort(), await freePort()];
  await run(QUICKSTART, ['--dir', dir, '--port', String(port), '--lms-port', String(lmsPort)], { maxBuffer: 1 << 24 });
  const password = (await readFile(join(dir, 'admin-password'), 'utf8')).trim();
  const server = `http://127.0.0.1:${port}`;
  const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
  const config = join(dir, 'conf/httpd.conf');

  return {
    dir,
    password,
    server,
    lms: `http://127.0.0.1:${lmsPort}`,

    /** @param {...string} words */
    async scormconnect(...words) {
      const { stdout } = await run(join(dir, 'usr/bin/scormconnect'), ['--config', config, ...words]);
      return stdout;
    },

    /** Asks the admin API. @param {string} path @param {RequestInit} [more] */
    async admin(path, more = {}) {
      const headers = { authorization, 'Content-Type': 'application/json' };
      const response = await fetch(`${server}/connect/admin/api/${path}`, { headers, ...more });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      return response.json();
    },

    /** What the server knows of a learner of the demonstration's publication. @param {string} id */
    async registration(id) {
      const { publications } = await this.admin('publications');
      const { learners } = await this.admin(`publications/${publications[0].id}/learners`);
      return learners.find((/** @type {any} */ one) => one.learner_id === id);
    },

    errorLog: () => readFile(join(dir, 'log/error.log'), 'utf8'),
    accessLog: () => readFile(join(dir, 'log/access.log'), 'utf8'),

    async stop() {
      await run(QUICKSTART, ['--dir', dir, '--stop']);
      if (!kept) await rm(dir, { recursive: true, force: true });
    },
  };
}
