import { html, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import type { Rejection } from '../../lib/live/api/rejection.ts';
import { icons } from '../parts/icons.ts';
import type { RejectionFilter } from './rejectionFilter.ts';

/**
 * The fields of a filter: a text, and the tables and causes that there are.
 *
 * @param choose called with what is changed. The page may not show yet what was changed before
 */
export function rejectionFilterFields(
  all: readonly Rejection[],
  filter: RejectionFilter,
  choose: (change: Partial<RejectionFilter>) => void,
): TemplateResult {
  const tables = all.map(({ tableName }) => tableName);
  const causes = all.flatMap((rejection) => rejection.causes);
  return html`<div class="search">
      ${icons.search}
      <input
        class="input"
        type="search"
        aria-label="Search in reasons, records and clients"
        placeholder="Reason, record, client"
        .value=${live(filter.text)}
        @input=${(event: Event) => choose({ text: chosenOf(event) })}
      />
    </div>
    ${select('Table', 'All tables', tables, filter.table, (table) => choose({ table }))}
    ${select('Cause', 'All causes', causes, filter.cause, (cause) => choose({ cause }))}`;
}

function select(
  label: string,
  any: string,
  values: readonly string[],
  chosen: string,
  choose: (value: string) => void,
): TemplateResult {
  const options = [...new Set([...values, chosen])].filter((value) => value !== '').sort();
  return html`<select class="input filter" aria-label=${label} @change=${(event: Event) => choose(chosenOf(event))}>
    <option value="" .selected=${chosen === ''}>${any}</option>
    ${options.map((value) => html`<option value=${value} .selected=${value === chosen}>${value}</option>`)}
  </select>`;
}

function chosenOf({ target }: Event): string {
  return (target as HTMLInputElement | HTMLSelectElement).value;
}
