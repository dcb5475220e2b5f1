// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* What the server found in a training's files: file, line, text. The texts are the server's, in English. */

import { html } from '../../shared/html.js';

/** @typedef {import('../app.js').App} App */

/** @param {App} app @param {import('../api.js').Problem[]} problems */
export function problemList(app, problems) {
  const { t } = app;
  return html`
    <ul class="problems" data-test="problems">
      ${problems.map(({ file, line, severity, text }) => html`
        <li class=${severity}>
          <span class=${`badge ${severity === 'error' ? 'bad' : 'warn'}`}>${severity === 'error' ? t('problem.error') : t('problem.warning')}</span>
          <span lang="en" dir="ltr"><code>${line > 0 ? `${file}:${line}` : file}</code>: ${text}</span>
        </li>`)}
    </ul>`;
}
