// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The fields of the publication form, in groups: what, which languages, which rules, who may come and when.
 * Drawn from a draft; every change is handed back by the field's name. */

import { html, nothing } from '../../shared/html.js';
import { trainingBadge } from './badges.js';
import { choice, field, group } from './field.js';
import { problemList } from './problems.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').Training} Training */
/** @typedef {import('../draft.js').Draft} Draft */
/** @typedef {import('../draft.js').Field} Field */

/**
 * @typedef {object} FormView
 * @property {App} app
 * @property {Draft} draft
 * @property {Training[]} trainings
 * @property {Training | undefined} training the one that the draft names
 * @property {boolean} isNew
 * @property {(field: Field) => string} error
 * @property {<F extends Field>(field: F, value: Draft[F]) => void} set
 * @property {(field: 'startsAt' | 'endsAt', input: HTMLInputElement) => void} setDate
 */

/** @param {FormView} view */
export function subjectFields(view) {
  const { app: { t }, draft } = view;
  return html`
    ${view.isNew ? trainingChooser(view) : html`
      <p class="field"><span class="label">${t('form.training')}</span> <span>${view.training?.title || draft.training}</span>
        <span class="hint">${t('form.training.fixed')}</span></p>`}
    ${trainingCondition(view)}
    ${field({ id: 'title', label: t('form.title'), hint: t('form.title.hint'), error: view.error('title') }, (described) => html`
      <input id="title" name="title" type="text" required autocomplete="off" dir="auto" .value=${draft.title}
        aria-describedby=${described.by} aria-invalid=${described.invalid} @input=${textInto(view, 'title')}>`)}`;
}

/** @param {FormView} view */
export function languageFields(view) {
  const { app: { t, format }, draft, training } = view;
  const langs = training?.langs ?? [];
  if (langs.length < 2 && !view.error('langs')) return nothing;
  return group({ id: 'langs', label: t('form.langs'), hint: t('form.langs.hint'), error: view.error('langs') },
    langs.map((lang) => choice({
      id: `lang-${lang}`, type: 'checkbox', name: 'langs', value: lang, checked: draft.langs.includes(lang), label: format.language(lang),
      onChange: (checked) => view.set('langs', langs.filter((one) => (one === lang ? checked : draft.langs.includes(one)))),
    })));
}

/** @param {FormView} view */
export function ruleFields(view) {
  const { app: { t }, draft } = view;
  return html`
    <div class="pair">
      ${numberField(view, 'pass', 'pass', t('form.pass'), passHint(view), 'decimal')}
      ${numberField(view, 'attempts', 'attempts', t('form.attempts'), attemptsHint(view), 'numeric')}
    </div>
    ${group({ id: 'while_improvable', label: t('form.improvable'), hint: t('form.improvable.hint'), error: view.error('whileImprovable') }, html`
      ${choice({
        id: 'improvable-completed', type: 'radio', name: 'while_improvable', value: 'completed', checked: draft.whileImprovable === 'completed',
        label: t('improvable.completed'), hint: t('form.improvable.completed'), onChange: () => view.set('whileImprovable', 'completed'),
      })}
      ${choice({
        id: 'improvable-incomplete', type: 'radio', name: 'while_improvable', value: 'incomplete', checked: draft.whileImprovable === 'incomplete',
        label: t('improvable.incomplete'), hint: t('form.improvable.incomplete'), onChange: () => view.set('whileImprovable', 'incomplete'),
      })}`)}
    ${choice({
      id: 'show_answers', type: 'checkbox', name: 'show_answers', checked: draft.showAnswers, label: t('form.show_answers'),
      hint: t('form.show_answers.hint'), onChange: (checked) => view.set('showAnswers', checked),
    })}`;
}

/** @param {FormView} view */
export function accessFields(view) {
  const { app: { t, format }, draft } = view;
  const zone = t('form.zone', { zone: format.timeZone() });
  return html`
    ${choice({
      id: 'enabled', type: 'checkbox', name: 'enabled', checked: draft.enabled, label: t('form.enabled'), hint: t('form.enabled.hint'),
      onChange: (checked) => view.set('enabled', checked),
    })}
    ${choice({
      id: 'open', type: 'checkbox', name: 'open', checked: draft.open, label: t('form.open'), hint: t('form.open.hint'),
      onChange: (checked) => view.set('open', checked),
    })}
    <div class="pair">
      ${dateField(view, 'startsAt', 'starts_at', t('form.starts'), zone)}
      ${dateField(view, 'endsAt', 'ends_at', t('form.ends'), zone)}
    </div>
    <div class="pair">${numberField(view, 'cap', 'cap', t('form.cap'), t('form.cap.hint'), 'numeric')}</div>`;
}

/** @param {FormView} view */
function trainingChooser(view) {
  const { app: { t }, draft, trainings } = view;
  return field({ id: 'training', label: t('form.training'), hint: t('form.training.hint'), error: view.error('training') }, (described) => html`
    <select id="training" name="training" required aria-describedby=${described.by} aria-invalid=${described.invalid}
      @change=${(/** @type {Event} */ event) => view.set('training', /** @type {HTMLSelectElement} */ (event.target).value)}>
      <option value="" ?selected=${draft.training === ''}>${t('form.training.choose')}</option>
      ${trainings.map(({ id, title, state }) => html`
        <option value=${id} ?selected=${draft.training === id}>
          ${state === 'ok' ? title : t('form.training.option', { title: title || id, state: t(`training.state.${state}`) })}
        </option>`)}
    </select>`);
}

/** @param {FormView} view what is wrong with the chosen training, where the publisher will want to know it */
function trainingCondition({ app, training }) {
  if (!training || training.problems.length === 0) return nothing;
  const served = training.state !== 'broken';
  return html`
    <div class=${`notice ${served ? 'warn' : 'bad'} stack tight`} data-test="training-problems">
      <p class="row">${trainingBadge(app, training.state)} ${served ? app.t('form.training.warned') : app.t('form.training.broken')}</p>
      ${problemList(app, training.problems)}
    </div>`;
}

/** @param {FormView} view */
function passHint({ app: { t, format }, training }) {
  if (!training) return t('form.pass.hint');
  return training.assessment ? t('form.pass.default', { pass: format.percent(training.assessment.pass) }) : t('form.no_assessment');
}

/** @param {FormView} view */
function attemptsHint({ app: { t, format }, training }) {
  if (!training?.assessment) return t('form.attempts.hint');
  const { attempts } = training.assessment;
  return attempts ? t('form.attempts.default', { attempts: format.number(attempts) }) : t('form.attempts.default_unlimited');
}

/**
 * Text rather than a number field: nothing is lost or changed by a mouse wheel, and a comma may be typed.
 * @param {FormView} view
 * @param {'pass' | 'attempts' | 'cap'} name
 * @param {string} id
 * @param {string} label
 * @param {string} hint
 * @param {'decimal' | 'numeric'} keyboard
 */
function numberField(view, name, id, label, hint, keyboard) {
  return field({ id, label, hint, error: view.error(name) }, (described) => html`
    <input id=${id} name=${id} type="text" class="short" inputmode=${keyboard} autocomplete="off" .value=${view.draft[name]}
      aria-describedby=${described.by} aria-invalid=${described.invalid} @input=${textInto(view, name)}>`);
}

/**
 * @param {FormView} view
 * @param {'startsAt' | 'endsAt'} name
 * @param {string} id
 * @param {string} label
 * @param {string} hint
 */
function dateField(view, name, id, label, hint) {
  const take = (/** @type {Event} */ event) => view.setDate(name, /** @type {HTMLInputElement} */ (event.target));
  return field({ id, label, hint, error: view.error(name) }, (described) => html`
    <input id=${id} name=${id} type="datetime-local" .value=${view.draft[name]}
      aria-describedby=${described.by} aria-invalid=${described.invalid} @input=${take} @blur=${take}>`);
}

/** @param {FormView} view @param {'title' | 'pass' | 'attempts' | 'cap'} name */
function textInto(view, name) {
  return (/** @type {Event} */ event) => view.set(name, /** @type {HTMLInputElement} */ (event.target).value);
}
