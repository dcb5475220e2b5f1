// SPDX-License-Identifier: Apache-2.0

/* axe-core in a page or frame, past its Content-Security-Policy. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const AXE = fileURLToPath(new URL('../../../node_modules/axe-core/axe.min.js', import.meta.url));
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
/** @type {Promise<string> | undefined} */
let source;

/** Fails with the findings, if there are any. @param {import('puppeteer-core').Page | import('puppeteer-core').Frame} where @param {string} what */
export async function assertAccessible(where, what) {
  source ??= readFile(AXE, 'utf8');
  await where.evaluate(await source);
  const findings = await where.evaluate(async (rules) => {
    const { violations } = await /** @type {any} */ (window).axe.run(document, { runOnly: rules, iframes: false });
    return violations.map((/** @type {any} */ one) => `${one.id}: ${one.nodes.map((/** @type {any} */ node) => node.html.slice(0, 120)).join(' | ')}`);
  }, RULES);
  assert.deepEqual(findings, [], `axe on ${what}`);
}
