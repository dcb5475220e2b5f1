// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* The few signs of the player, drawn on a 24 × 24 grid. Words stand beside them, so all are hidden from screen readers. */

import { html, svg } from '../shared/html.js';

/** @param {import('../vendor/lit-html.js').SVGTemplateResult} path */
const icon = (path) => html`<svg class="icon" viewBox="0 0 24 24" width="24" height="24" fill="none" stroke="currentColor"
  stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${path}</svg>`;

export const check = icon(svg`<path d="M5 12.5l4.5 4.5L19 7.5"/>`);
export const cross = icon(svg`<path d="M7 7l10 10M17 7L7 17"/>`);
export const half = icon(svg`<path d="M12 5a7 7 0 0 1 0 14z" fill="currentColor"/><circle cx="12" cy="12" r="7"/>`);
export const lock = icon(svg`<rect x="6" y="11" width="12" height="8" rx="1.5"/><path d="M8.5 11V8.5a3.5 3.5 0 0 1 7 0V11"/>`);
export const menu = icon(svg`<path d="M4 7h16M4 12h16M4 17h10"/>`);
export const up = icon(svg`<path d="M12 18V6M6.5 11.5L12 6l5.5 5.5"/>`);
export const down = icon(svg`<path d="M12 6v12M6.5 12.5L12 18l5.5-5.5"/>`);
export const flag = icon(svg`<path d="M6 20V5M6 5h11l-2.5 4L17 13H6"/>`);
export const home = icon(svg`<path d="M4 11.5L12 5l8 6.5M6.5 10v9h11v-9"/>`);
export const compass = icon(svg`<circle cx="12" cy="12" r="8"/><path d="M15 9l-2 4.5L9 15l2-4.5z"/>`);
export const clock = icon(svg`<circle cx="12" cy="12" r="8"/><path d="M12 8v4.5l3 2"/>`);
export const cloud = icon(svg`<path d="M7.5 18a4 4 0 0 1-.5-7.97A5.5 5.5 0 0 1 17.6 11.5 3.3 3.3 0 0 1 17 18z"/>`);
