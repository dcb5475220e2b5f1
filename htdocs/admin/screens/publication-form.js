// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A new publication, or an existing one edited. Nothing that was typed is ever lost: not by an error of the server,
 * not by somebody else's change, not by a wrong click. */

import { html, nothing } from '../../shared/html.js';
import {
  FIELDS, bodyOf, changedFields, draftOf, fieldOfSubject, newDraft, problemsOf, rebase,
} from '../draft.js';
import { asApiError, failureNotice } from '../parts/failure.js';
import { accessFields, languageFields, ruleFields, subjectFields } from '../parts/form-fields.js';
import { OriginRows } from '../parts/origin-rows.js';
import { href } from '../routes.js';

/** @typedef {import('../app.js').App} App */
/** @typedef {import('../api.js').ApiError} ApiError */
/** @typedef {import('../api.js').Publication} Publication */
/** @typedef {import('../api.js').Training} Training */
/** @typedef {import('../draft.js').Draft} Draft */
/** @typedef {import('../draft.js').Field} Field */

export class PublicationForm {
  #trainings;
  /** What is saved; null for a new one. */
  #saved;
  #before;
  #draft;
  #origins;
  /** @type {Map<Field, string>} Sentences under the fields. */
  #errors = new Map();
  /** @type {Set<Field>} Dates that are typed half. */
  #unfinished = new Set();
  /** @type {ApiError | null} */
  #failure = null;
  /** @type {'editing' | 'saving' | 'conflict' | 'saved'} */
  #phase = 'editing';
  /** @type {string | null} */
  #focusNext = null;

  /** @param {App} app @param {Training[]} trainings @param {Publication | null} saved @param {Draft} draft */
  constructor(app, trainings, saved, draft) {
    this.app = app;
    this.#trainings = trainings;
    this.#saved = saved;
    this.#before = draft;
    this.#draft = draft;
    this.#origins = this.#originRows(draft);
  }

  /** @param {App} app @param {string} chosen a training's id, or empty */
  static async openToCreate(app, chosen) {
    const trainings = await app.api.trainings();
    return new PublicationForm(app, trainings, null, newDraft(trainings.find(({ id }) => id === chosen)));
  }

  /** @param {App} app @param {string} id */
  static async openToEdit(app, id) {
    const [trainings, saved] = await Promise.all([app.api.trainings(), app.api.publication(id)]);
    return new PublicationForm(app, trainings, saved, draftOf(saved, trainings.find((training) => training.id === saved.training)));
  }

  title() {
    return this.#saved ? this.app.t('form.edit', { title: this.#saved.title }) : this.app.t('form.new');
  }

  hasUnsaved() {
    return this.#phase !== 'saved' && (this.#unfinished.size > 0 || changedFields(this.#draft, this.#before).length > 0);
  }

  leave() {
    this.#origins.stop();
  }

  rendered() {
    this.#origins.rendered();
    const target = this.#focusNext;
    this.#focusNext = null;
    if (target) document.getElementById(target)?.focus();
  }

  render() {
    const { t } = this.app;
    const view = this.#view();
    return html`
      <form id="publication-form" class="stack loose form" novalidate @submit=${(/** @type {Event} */ event) => {
        event.preventDefault();
        void this.#save();
      }}>
        <div class="stack">
          <nav aria-label=${t('publication.trail')}><a class="back" href=${this.#parent()}>${this.#saved?.title ?? t('publications.title')}</a></nav>
          <h1 tabindex="-1">${this.title()}</h1>
        </div>
        ${this.#section('form.section.subject', subjectFields(view))}
        ${this.#section('form.section.lms', this.#origins.render(view.error('origins')))}
        ${this.#section('form.section.rules', html`${languageFields(view)} ${ruleFields(view)}`)}
        ${this.#section('form.section.access', accessFields(view))}
        <div class="stack">
          ${this.#phase === 'conflict' ? this.#conflict() : nothing}
          ${failureNotice(this.app, this.#failure)}
          ${this.#errors.size > 0 ? html`<p class="notice bad" role="alert" data-test="form-errors">${t('form.errors', { count: this.#errors.size })}</p>` : nothing}
          <div class="row">
            <button type="submit" id="save" class="button primary" aria-disabled=${String(this.#phase === 'saving')}>${this.#saveLabel()}</button>
            <a class="button quiet" id="cancel" href=${this.#parent()}>${t('form.cancel')}</a>
          </div>
        </div>
      </form>`;
  }

  /** @param {string} heading @param {unknown} content */
  #section(heading, content) {
    return html`<section class="card stack form-section" aria-label=${this.app.t(heading)}><h2>${this.app.t(heading)}</h2>${content}</section>`;
  }

  #saveLabel() {
    const { t } = this.app;
    if (this.#phase === 'saving') return t('form.saving');
    return this.#saved ? t('form.save') : t('form.create');
  }

  #conflict() {
    const { t } = this.app;
    return html`
      <div id="conflict" class="notice warn stack tight" role="alert" tabindex="-1" data-test="conflict">
        <p>${t('conflict.text')}</p>
        <div class="row">
          <button type="button" class="button" data-test="conflict-keep" @click=${() => this.#reload(true)}>${t('conflict.keep')}</button>
          <button type="button" class="button quiet" data-test="conflict-discard" @click=${() => this.#reload(false)}>${t('conflict.discard')}</button>
        </div>
      </div>`;
  }

  /** @returns {import('../parts/form-fields.js').FormView} */
  #view() {
    return {
      app: this.app,
      draft: this.#draft,
      trainings: this.#trainings,
      training: this.#trainingOf(this.#draft.training),
      isNew: this.#saved === null,
      error: (field) => this.#errors.get(field) ?? '',
      set: (field, value) => this.#set(field, value),
      setDate: (field, input) => this.#setDate(field, input),
    };
  }

  /** @template {Field} F @param {F} field @param {Draft[F]} value */
  #set(field, value) {
    if (field === 'training') this.#chooseTraining(String(value));
    this.#draft = { ...this.#draft, [field]: value };
    this.#errors.delete(field);
    this.app.update();
  }

  /** Title and languages follow the training, as long as the publisher has not given a title. @param {string} id */
  #chooseTraining(id) {
    const previous = this.#trainingOf(this.#draft.training);
    const next = this.#trainingOf(id);
    const ownTitle = this.#draft.title.trim() !== '' && this.#draft.title !== previous?.title;
    this.#draft = { ...this.#draft, title: ownTitle ? this.#draft.title : next?.title ?? '', langs: [...next?.langs ?? []] };
    this.#errors.delete('title');
    this.#errors.delete('langs');
  }

  /**
   * While a date is typed half the field has no value; drawing that back would wipe the half that is there.
   * @param {'startsAt' | 'endsAt'} field
   * @param {HTMLInputElement} input
   */
  #setDate(field, input) {
    if (input.validity.badInput) {
      this.#unfinished.add(field);
      return;
    }
    this.#unfinished.delete(field);
    if (this.#draft[field] !== input.value) this.#set(field, input.value);
  }

  async #save() {
    if (this.#phase === 'saving') return;
    this.#failure = null;
    if (!this.#check()) return;

    this.#phase = 'saving';
    this.app.update();
    try {
      const saved = await this.#send();
      this.#phase = 'saved';
      this.app.moveOn(href.publication(saved.id), this.app.t(this.#saved ? 'form.saved' : 'form.created'));
    } catch (error) {
      this.#fail(asApiError(error));
    }
  }

  /** @returns {Promise<Publication>} */
  #send() {
    const training = this.#trainingOf(this.#draft.training);
    if (!this.#saved) return this.app.api.createPublication(bodyOf(this.#draft, FIELDS.map(({ field }) => field), training));
    const changed = changedFields(this.#draft, this.#before);
    return this.app.api.updatePublication(this.#saved.id, { ...bodyOf(this.#draft, changed, training), rev: this.#saved.rev });
  }

  /** @returns {boolean} false when something must be put right first; it has the focus then */
  #check() {
    const problems = problemsOf(this.#draft, this.#trainingOf(this.#draft.training));
    for (const field of this.#unfinished) problems.set(field, 'form.date.unfinished');
    this.#errors = new Map([...problems].map(([field, key]) => [field, this.app.t(key)]));
    const wrongRow = this.#origins.firstWrong();
    if (wrongRow) this.#errors.set('origins', this.app.t('form.origins.wrong'));
    const first = FIELDS.find(({ field }) => this.#errors.has(field));
    if (!first) return true;
    this.#focusNext = first.field === 'origins' && wrongRow ? wrongRow : first.name;
    this.app.update();
    return false;
  }

  /** @param {ApiError} error */
  #fail(error) {
    const field = error.kind === 'invalid' ? fieldOfSubject(error.subject) : null;
    this.#phase = error.code === 'changed_meanwhile' ? 'conflict' : 'editing';
    if (this.#phase === 'conflict') {
      this.#focusNext = 'conflict';
    } else if (field) {
      this.#errors.set(field, this.app.t('form.refused', { message: error.message }));
      this.#focusNext = FIELDS.find((one) => one.field === field)?.name ?? null;
    } else {
      this.#failure = error;
    }
    this.app.update();
  }

  /** The newest version under the publisher's own changes, or instead of them. @param {boolean} keep */
  async #reload(keep) {
    if (!this.#saved) return;
    try {
      this.#saved = await this.app.api.publication(this.#saved.id);
      const fresh = draftOf(this.#saved, this.#trainingOf(this.#saved.training));
      this.#draft = keep ? rebase(this.#draft, this.#before, fresh) : fresh;
      this.#before = fresh;
      this.#origins.stop();
      this.#origins = this.#originRows(this.#draft);
      this.#phase = 'editing';
      this.#failure = null;
      this.#errors.clear();
      this.#unfinished.clear();
      this.#focusNext = 'save';
      this.app.announce(this.app.t(keep ? 'conflict.kept' : 'conflict.discarded'));
    } catch (error) {
      this.#failure = asApiError(error);
    }
    this.app.update();
  }

  /** @param {Draft} draft */
  #originRows(draft) {
    return new OriginRows(this.app, draft.origins, (origins) => {
      this.#draft = { ...this.#draft, origins };
      this.#errors.delete('origins');
    });
  }

  /** @param {string} id */
  #trainingOf(id) {
    return this.#trainings.find((training) => training.id === id);
  }

  /** Where the form was entered from. */
  #parent() {
    return this.#saved ? href.publication(this.#saved.id) : href.publications();
  }
}
