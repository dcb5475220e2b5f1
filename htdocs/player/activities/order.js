// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* Things to be put into order: two buttons beside each, and the arrow keys on either of them. */

/** @import { Item, Order } from '../types.js' */
/** @import { Inputs } from './activity.js' */
/** @import { View } from '../view.js' */

import { html, nothing } from '../../shared/html.js';
import * as icons from '../icons.js';

/** @param {View} view @param {Order} activity @param {Inputs} inputs */
export function orderInputs(view, activity, inputs) {
  const items = inputs.response.map((key) => /** @type {Item} */ (activity.items.find((item) => item.key === key)));
  return html`
    <fieldset class="order stack tight" aria-labelledby=${inputs.labelId} ?disabled=${inputs.disabled}>
      ${inputs.settled ? nothing : html`<p class="soft small">${view.t('order.hint')}</p>`}
      <ol class="stack tight" role="list">
        ${items.map((item, place) => html`
          <li class="order-item">
            <span class="order-place" aria-hidden="true">${view.visit.catalogue.number(place + 1)}</span>
            <span class="order-text">${view.prose(item, 'html', item.html, 4)}</span>
            ${inputs.settled ? nothing : html`${moveButton(view, inputs, item, place, -1)}${moveButton(view, inputs, item, place, +1)}`}
          </li>`)}
      </ol>
      <p class="visually-hidden" role="status" data-moved></p>
    </fieldset>`;
}

/** @param {View} view @param {Inputs} inputs @param {Item} item @param {number} place @param {-1 | 1} step */
function moveButton(view, inputs, item, place, step) {
  const text = plain(item);
  const atEnd = step < 0 ? place === 0 : place === inputs.response.length - 1;
  const move = (/** @type {Event} */ event, /** @type {-1 | 1} */ way) => moveItem(view, inputs, item, way, event);
  return html`
    <button type="button" class="button quiet order-move" data-step=${step} aria-disabled=${atEnd ? 'true' : 'false'}
      aria-label=${view.t(step < 0 ? 'order.up' : 'order.down', { text })}
      @click=${(/** @type {Event} */ event) => move(event, step)}
      @keydown=${(/** @type {KeyboardEvent} */ event) => {
        if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
        event.preventDefault();
        move(event, event.key === 'ArrowUp' ? -1 : 1);
      }}>${step < 0 ? icons.up : icons.down}</button>`;
}

/** The focus follows the item, and its new place is said. @param {View} view @param {Inputs} inputs @param {Item} item @param {-1 | 1} step @param {Event} event */
function moveItem(view, inputs, item, step, event) {
  const from = inputs.response.indexOf(item.key);
  const to = from + step;
  if (to < 0 || to >= inputs.response.length) return;
  const button = /** @type {HTMLElement} */ (event.currentTarget);
  const group = /** @type {HTMLElement} */ (button.closest('fieldset'));

  const response = [...inputs.response];
  [response[from], response[to]] = [response[to], response[from]];
  inputs.change(response);

  requestAnimationFrame(() => {
    const row = group.querySelectorAll('.order-item')[to];
    /** @type {HTMLElement | null} */ (row.querySelector(`[data-step="${button.dataset.step}"]`))?.focus();
    const moved = /** @type {HTMLElement} */ (group.querySelector('[data-moved]'));
    moved.textContent = view.t('order.moved', { text: plain(item), place: to + 1, all: response.length });
  });
}

/** The text of an item, without its markup. @param {Item} item */
function plain(item) {
  const template = document.createElement('template');
  template.innerHTML = item.html;
  return template.content.textContent?.trim() ?? '';
}
