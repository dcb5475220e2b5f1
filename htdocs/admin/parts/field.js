// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* One form field: label, control, hint and error, tied together for assistive technology. */

import { html, nothing } from '../../shared/html.js';

/** @typedef {{ id: string, label: string, hint?: unknown, error?: string }} FieldParts */

/**
 * @param {FieldParts} parts
 * @param {(described: { by: unknown, invalid: unknown }) => unknown} control values for aria-describedby and aria-invalid
 */
export function field({ id, label, hint, error }, control) {
  return html`
    <div class="field">
      <label for=${id}>${label}</label>
      ${control({ by: describedBy(id, hint, error), invalid: error ? 'true' : nothing })}
      ${notes(id, hint, error)}
    </div>`;
}

/**
 * A group of controls under one legend.
 * @param {FieldParts} parts
 * @param {unknown} controls
 */
export function group({ id, label, hint, error }, controls) {
  return html`
    <fieldset class="field group" id=${id} tabindex="-1" aria-describedby=${describedBy(id, hint, error)}>
      <legend>${label}</legend>
      ${notes(id, hint, error)}
      ${controls}
    </fieldset>`;
}

/**
 * A checkbox or radio button with its words beside it and an explanation below them.
 * @param {{ id: string, type: 'checkbox' | 'radio', name: string, value?: string, checked: boolean, label: unknown,
 *   hint?: unknown, lang?: string, onChange: (checked: boolean) => void }} parts
 */
export function choice({ id, type, name, value, checked, label, hint, lang, onChange }) {
  return html`
    <div class="choice">
      <input id=${id} type=${type} name=${name} value=${value ?? nothing} .checked=${checked}
        aria-describedby=${hint ? `${id}-hint` : nothing}
        @change=${(/** @type {Event} */ event) => onChange(/** @type {HTMLInputElement} */ (event.target).checked)}>
      <label for=${id} lang=${lang ?? nothing}>${label}</label>
      ${hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : nothing}
    </div>`;
}

/** @param {string} id @param {unknown} hint @param {string | undefined} error */
function describedBy(id, hint, error) {
  return [hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || nothing;
}

/** @param {string} id @param {unknown} hint @param {string | undefined} error */
function notes(id, hint, error) {
  return html`
    ${error ? html`<p class="error" id=${`${id}-error`}>${error}</p>` : nothing}
    ${hint ? html`<p class="hint" id=${`${id}-hint`}>${hint}</p>` : nothing}`;
}
