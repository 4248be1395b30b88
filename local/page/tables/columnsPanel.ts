import { html, nothing, type TemplateResult } from 'lit-html';
import type { ColumnView, TableDetail } from '../../lib/live/api/tableView.ts';
import { typeLines } from './typeLines.ts';

/** The columns of a table and its properties. */
export function columnsPanel({ columns, clusterColumns, properties }: TableDetail): TemplateResult {
  const entries = Object.entries(properties);
  return html`${columnTable(columns)}
    ${
      clusterColumns.length === 0
        ? nothing
        : html`<p class="below">Clustered by ${clusterColumns.map((name, index) => html`${index > 0 ? ', ' : ''}<code>${name}</code>`)}.</p>`
    }
    ${
      entries.length === 0
        ? nothing
        : html`<section class="block">
            <div class="section-heading"><h2>Properties</h2></div>
            <div class="table-scroll" tabindex="0" role="region" aria-label="Properties">
              <table class="table">
                <caption class="unseen">Properties of the table</caption>
                <tbody>
                  ${entries.map(([name, value]) => html`<tr><th scope="row" class="wrap"><code>${name}</code></th><td class="wrap">${value}</td></tr>`)}
                </tbody>
              </table>
            </div>
          </section>`
    }`;
}

/** Columns with their types, and what else is said of them. */
export function columnTable(columns: readonly ColumnView[]): TemplateResult {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Columns">
    <table class="table columns">
      <caption class="unseen">${columns.length} columns</caption>
      <thead>
        <tr><th scope="col">Column</th><th scope="col">Type</th><th scope="col">Notes</th></tr>
      </thead>
      <tbody>${columns.map(columnRow)}</tbody>
    </table>
  </div>`;
}

function columnRow(column: ColumnView): TemplateResult {
  const { name, type, isNullable, isPartition, comment, defaultValue, generatedAs } = column;
  return html`<tr>
    <th scope="row"><bdi class="mono">${name}</bdi></th>
    <td><pre class="type">${typeLines(type)}</pre></td>
    <td>
      <div class="row notes">
        ${isNullable ? nothing : html`<span class="badge">NOT NULL</span>`}
        ${isPartition ? html`<span class="badge accent">partition</span>` : nothing}
        ${defaultValue === undefined ? nothing : html`<span class="small">default <code>${defaultValue}</code></span>`}
        ${generatedAs === undefined ? nothing : html`<span class="small">generated as <code>${generatedAs}</code></span>`}
        ${comment === undefined ? nothing : html`<span class="muted wrap">${comment}</span>`}
      </div>
    </td>
  </tr>`;
}
