import { html, type TemplateResult } from 'lit-html';
import type { Refusal } from '../../lib/live/api/overview.ts';
import { time } from '../parts/formats.ts';

const kinds: Readonly<Record<string, string>> = {
  stream: 'Stream refused',
  streamEnd: 'Stream ended',
  request: 'Request refused',
  call: 'Call refused',
  handshake: 'Handshake failed',
  rows: 'Rows not written',
};

/** What was refused last, in words. */
export function refusalsTable(refusals: readonly Refusal[]): TemplateResult {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Last refusals">
    <table class="table stacked refusals">
      <caption class="unseen">Last refusals</caption>
      <thead>
        <tr>
          <th scope="col">Time</th>
          <th scope="col">What</th>
          <th scope="col">Why</th>
          <th scope="col">Client</th>
        </tr>
      </thead>
      <tbody>
        ${refusals.map(row)}
      </tbody>
    </table>
  </div>`;
}

function row({ atMs, kind, subject, status, reason, userAgent }: Refusal): TemplateResult {
  return html`<tr>
    <td data-label="Time" class="time">${time(atMs)}</td>
    <td data-label="What">
      <div class="two-lines">
        <span>${kinds[kind]}</span>
        <span class="muted small cut" title=${subject}>${subject}</span>
      </div>
    </td>
    <td data-label="Why">
      <div class="why"><span class="wrap">${reason}</span>${status === '' ? '' : html`<span class="badge danger">${status}</span>`}</div>
    </td>
    <td data-label="Client"><span class="muted small cut" title=${userAgent}>${userAgent === '' ? '–' : userAgent}</span></td>
  </tr>`;
}
