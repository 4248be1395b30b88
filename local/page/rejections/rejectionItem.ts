import { html, type TemplateResult } from 'lit-html';
import type { Rejection } from '../../lib/live/api/rejection.ts';
import { codeBlock } from '../parts/codeBlock.ts';
import { copyButton } from '../parts/copyButton.ts';
import { countOf, time } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { indentJson } from '../parts/indentJson.ts';

/**
 * A rejection in a line, with its details if it is open.
 *
 * @param toggle opens or closes it
 */
export function rejectionItem(rejection: Rejection, isOpen: boolean, toggle: () => void): TemplateResult {
  const { id, atMs, place, reason, causes, tableName } = rejection;
  return html`<li class=${isOpen ? 'rejection open' : 'rejection'}>
    <button
      type="button"
      class="rejection-line"
      aria-expanded=${isOpen ? 'true' : 'false'}
      aria-controls=${`rejection-${id}`}
      @click=${toggle}
    >
      ${icons.chevron}
      <span class="time muted">${time(atMs)}</span>
      <span class="reason">${place === '' ? '' : html`<code class="place">${place}</code> `}${reason}</span>
      <span class="causes">${causes.map((cause) => html`<span class="badge">${cause}</span>`)}</span>
      <span class="table-name muted cut" title=${tableName}>${tableName}</span>
    </button>
    <div id=${`rejection-${id}`} ?hidden=${!isOpen}>${isOpen ? details(rejection) : ''}</div>
  </li>`;
}

function details(rejection: Rejection): TemplateResult {
  const { record, recordType, tableName } = rejection;
  return html`<div class="rejection-details">
    <dl class="rejection-facts">
      ${factsOf(rejection).map(([title, value]) => html`<div><dt>${title}</dt><dd class="wrap">${value}</dd></div>`)}
    </dl>
    <div class="rejection-record">
      <div class="row">
        <h2>Record</h2>
        <span class="muted small">${sizeOf(rejection)}</span>
        <span class="spring"></span>
        ${copyButton('The rejection', () => JSON.stringify(rejection, undefined, 2), 'Copy as JSON')}
        <a class="button tight" href=${`#/tables/${encodeURIComponent(tableName)}`}>Open the table</a>
      </div>
      ${record === '' ? html`<p class="muted">The record is empty.</p>` : codeBlock('The record', recordType === 'JSON' ? indentJson(record) : record, true)}
    </div>
  </div>`;
}

function factsOf(rejection: Rejection): readonly (readonly [title: string, value: string])[] {
  const { place, offset, via, client, userAgent, tableName, recordType } = rejection;
  return [
    ['Table', tableName],
    ['Place', place === '' ? '–' : place],
    ...(offset === undefined ? [] : [['Offset', String(offset)] as const]),
    ['Came by', `${via}, ${recordType === 'JSON' ? 'JSON' : 'protobuf'}`],
    ['Client', client],
    ['User agent', userAgent === '' ? 'none' : userAgent],
  ];
}

function sizeOf({ recordBytes, isCut, recordType }: Rejection): string {
  const all = countOf(recordBytes, 'byte');
  const form = recordType === 'JSON' ? '' : ' in hexadecimal';
  return isCut ? `the beginning${form}, of ${all}` : `${all}${form}`;
}
