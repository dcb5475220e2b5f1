// SPDX-License-Identifier: Apache-2.0
// @ts-check

/* A table that becomes a list of cards on a phone. The explicit roles keep it a table for screen readers there, where
 * the stylesheet takes the display of a table away. */

import { html, nothing } from '../../shared/html.js';

/**
 * @template Row
 * @typedef {object} Column
 * @property {string} label
 * @property {(row: Row) => unknown} cell
 * @property {boolean} [number] figures stand at the end of their cell
 * @property {boolean} [header] names the row
 */

/**
 * @template Row
 * @param {{ caption: string, columns: Column<Row>[], rows: Row[], idOf: (row: Row) => string, test: string }} parts
 */
export function table({ caption, columns, rows, idOf, test }) {
  return html`
    <table class="table as-cards" role="table" data-test=${test}>
      <caption class="visually-hidden">${caption}</caption>
      <thead role="rowgroup">
        <tr role="row">
          ${columns.map((column) => html`<th role="columnheader" scope="col" class=${column.number ? 'number' : nothing}>${column.label}</th>`)}
        </tr>
      </thead>
      <tbody role="rowgroup">
        ${rows.map((row) => html`<tr role="row" data-id=${idOf(row)}>${columns.map((column) => cell(column, row))}</tr>`)}
      </tbody>
    </table>`;
}

/**
 * @template Row
 * @param {Column<Row>} column
 * @param {Row} row
 */
function cell(column, row) {
  if (column.header) return html`<th role="rowheader" scope="row" tabindex="-1">${column.cell(row)}</th>`;
  return html`<td role="cell" data-label=${column.label} class=${column.number ? 'number' : nothing}><div>${column.cell(row)}</div></td>`;
}
