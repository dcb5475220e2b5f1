// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A word or a few, written by the learner. */

/** @import { Gap } from '../types.js' */
/** @import { Inputs } from './activity.js' */
/** @import { View } from '../view.js' */

import { html } from '../../shared/html.js';
import { directionOf } from '../../shared/i18n.js';

/** @param {View} view @param {Gap} activity @param {Inputs} inputs */
export function gapInput(view, activity, inputs) {
  const { course } = view.visit;
  const labelId = `g-${activity.id}`;
  return html`
    <div class="field gap">
      <span class="label small" id=${labelId}>${view.t('gap.label')}</span>
      <input type="text" autocomplete="off" autocapitalize="off" spellcheck="false" maxlength="500"
        lang=${course.lang} dir=${directionOf(course.lang)} aria-labelledby=${`${inputs.labelId} ${labelId}`}
        ?disabled=${inputs.disabled} .value=${inputs.response[0] ?? ''}
        @input=${(/** @type {Event} */ event) => inputs.change([/** @type {HTMLInputElement} */ (event.currentTarget).value])}
        @keydown=${(/** @type {KeyboardEvent} */ event) => checkOnEnter(event)}>
    </div>`;
}

/** Enter does what the button below does. @param {KeyboardEvent} event */
function checkOnEnter(event) {
  if (event.key !== 'Enter' || event.isComposing) return;
  const section = /** @type {HTMLElement} */ (event.currentTarget).closest('section');
  /** @type {HTMLButtonElement | null | undefined} */ (section?.querySelector('.button.primary'))?.click();
}
