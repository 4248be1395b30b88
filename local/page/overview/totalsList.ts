import { html, type TemplateResult } from 'lit-html';
import type { Totals } from '../../lib/live/api/overview.ts';
import { bytes, count } from '../parts/formats.ts';

/** What has happened since the server has started, in numbers. */
export function totalsList(totals: Totals): TemplateResult {
  const all: readonly (readonly [title: string, value: string])[] = [
    ['Records accepted', count(totals.recordsAccepted)],
    ['Bytes accepted', bytes(totals.bytesAccepted)],
    ['Commits', count(totals.commits)],
    ['Streams opened', count(totals.streamsOpened)],
    ['Streams refused', count(totals.streamsRefused)],
    ['Tokens issued', count(totals.tokensIssued)],
    ['Tokens refused', count(totals.tokensRefused)],
  ];
  return html`<dl class="card totals">
    ${all.map(([title, value]) => html`<div><dt>${title}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}
