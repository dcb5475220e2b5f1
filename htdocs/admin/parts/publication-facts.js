// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The rules of a publication as they are in force, with the training's own where the publication has none. */

import { html, nothing } from '../../shared/html.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Publication} Publication */
/** @typedef {import('../api.js').Training} Training */

/**
 * @param {App} app
 * @param {Publication} publication
 * @param {Training | undefined} training
 */
export function publicationFacts(app, publication, training) {
  const { t, format } = app;
  const langs = publication.langs.length > 0 ? publication.langs : training?.langs ?? [];
  const facts = [
    { test: 'training', label: t('facts.training'), value: html`${training?.title || publication.training} <code class="soft">${publication.training}</code>` },
    { test: 'origins', label: t('facts.origins'), value: originList(app, publication) },
    { test: 'langs', label: t('facts.langs'), value: langs.length > 0 ? format.list(langs.map((lang) => format.language(lang))) : '–' },
    ...assessmentFacts(app, publication, training),
    { test: 'while_improvable', label: t('facts.while_improvable'), value: t(`improvable.${publication.while_improvable}`) },
    { test: 'show_answers', label: t('facts.show_answers'), value: publication.show_answers ? t('app.yes') : t('app.no') },
    { test: 'open', label: t('facts.open'), value: publication.open ? t('app.yes') : t('app.no') },
    { test: 'cap', label: t('facts.cap'), value: publication.cap === null ? t('facts.no_cap') : format.number(publication.cap) },
    { test: 'period', label: t('facts.period'), value: period(app, publication) },
    { test: 'updated', label: t('facts.updated'), value: html`<time datetime=${publication.updated_at}>${format.moment(publication.updated_at)}</time>` },
  ];
  return html`
    <dl class="facts">
      ${facts.map(({ test, label, value }) => html`<div><dt>${label}</dt><dd data-test=${`fact-${test}`}>${value}</dd></div>`)}
    </dl>`;
}

/** @param {App} app @param {Publication} publication */
function originList({ t }, { origins }) {
  if (origins.length === 0) return t('facts.no_origins');
  return html`
    <ul class="plain-list">
      ${origins.map(({ origin, realm }) => html`
        <li><bdi dir="ltr">${origin}</bdi> ${realm ? html`<span class="badge">${t('facts.realm', { realm })}</span>` : nothing}</li>`)}
    </ul>`;
}

/** @param {App} app @param {Publication} publication @param {Training | undefined} training */
function assessmentFacts({ t, format }, { pass, attempts }, training) {
  const assessment = training?.assessment ?? null;
  if (!assessment && pass === null && attempts === null) return [];
  const passInForce = pass ?? assessment?.pass;
  const attemptsInForce = attempts ?? assessment?.attempts ?? 0;
  return [
    { test: 'pass', label: t('facts.pass'), value: passInForce === undefined ? '–' : format.percent(passInForce) },
    { test: 'attempts', label: t('facts.attempts'), value: attemptsInForce === 0 ? t('facts.unlimited') : format.number(attemptsInForce) },
  ];
}

/** @param {App} app @param {Publication} publication */
function period({ t, format }, { starts_at, ends_at }) {
  const from = starts_at ? format.moment(starts_at) : '';
  const until = ends_at ? format.moment(ends_at) : '';
  if (from && until) return t('facts.from_until', { from, until });
  if (from) return t('facts.from', { from });
  return until ? t('facts.until', { until }) : t('facts.always');
}
