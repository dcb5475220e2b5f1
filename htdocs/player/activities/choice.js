// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* One answer of several (radio buttons), or any number of them (checkboxes). */

/** @import { Choice, Item } from '../types.js' */
/** @import { Inputs } from './activity.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import * as icons from '../icons.js';

/** @param {View} view @param {Choice} activity @param {Inputs} inputs */
export function choiceInputs(view, activity, inputs) {
  return html`
    <fieldset class="options stack tight" aria-labelledby=${inputs.labelId} ?disabled=${inputs.disabled}>
      ${activity.multiple && !inputs.settled ? html`<p class="soft small">${view.t('choice.several')}</p>` : nothing}
      ${activity.options.map((option) => optionRow(view, activity, option, inputs))}
    </fieldset>`;
}

/** @param {View} view @param {Choice} activity @param {Item} option @param {Inputs} inputs */
function optionRow(view, activity, option, inputs) {
  const { response, correction } = inputs;
  const chosen = response.includes(option.key);
  const isSolution = correction?.solution?.includes(option.key);
  const feedback = correction?.options?.[option.key];
  const mark = markOf(chosen, correction, isSolution);
  return html`
    <label class="option ${mark}">
      <input type=${activity.multiple ? 'checkbox' : 'radio'} name=${`a-${activity.id}`} .checked=${chosen}
        @change=${(/** @type {Event} */ event) => inputs.change(changed(activity, option.key, response, event))}>
      <span class="option-text">
        ${view.prose(option, 'html', option.html, 4)}
        ${isSolution && !correction?.correct ? html`<span class="small solution">${view.t('choice.solution')}</span>` : nothing}
        ${correction && feedback ? html`<span class="option-feedback">${view.prose(correction, `option-${option.key}`, feedback, 5)}</span>` : nothing}
      </span>
      ${mark === 'right' ? icons.check : mark === 'wrong' ? icons.cross : nothing}
    </label>`;
}

/** Only what the server said is marked: a chosen option of several is right or wrong only if the solution is known.
 * @param {boolean} chosen @param {Inputs['correction']} correction @param {boolean | undefined} isSolution */
function markOf(chosen, correction, isSolution) {
  if (!correction) return '';
  if (correction.correct) return chosen ? 'right' : '';
  if (correction.solution) return isSolution ? 'right' : chosen ? 'wrong' : '';
  return chosen && correction.response.length === 1 ? 'wrong' : '';
}

/** The response after a click, in the order of the options. @param {Choice} activity @param {string} key @param {string[]} response @param {Event} event */
function changed(activity, key, response, event) {
  if (!activity.multiple) return [key];
  const { checked } = /** @type {HTMLInputElement} */ (event.currentTarget);
  return activity.options.map((option) => option.key).filter((one) => (one === key ? checked : response.includes(one)));
}
