import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { StreamView } from '../../lib/live/api/streamView.ts';
import { bytes, count, countOf, duration } from '../parts/formats.ts';

/** The open streams. Their ages and the times until they are rotated are those of now. */
export function streamsTable(streams: readonly StreamView[], nowMs: number): TemplateResult {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Open streams">
    <table class="table stacked streams">
      <caption class="unseen">Open streams</caption>
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col">Client</th>
          <th scope="col">Type</th>
          <th scope="col" class="number">Watermark</th>
          <th scope="col" class="number">In flight</th>
          <th scope="col" class="number">Age</th>
          <th scope="col" class="number">Rotates in</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          streams,
          ({ streamId }) => streamId,
          (stream) => row(stream, nowMs),
        )}
      </tbody>
    </table>
  </div>`;
}

function row(stream: StreamView, nowMs: number): TemplateResult {
  const { tableName, client, userAgent, recordType, watermark, recordsAccepted, openedAtMs, rotatesAtMs } = stream;
  return html`<tr>
    <th scope="row" class="cut" data-label="Table" title=${tableName}>
      <a href=${`#/tables/${encodeURIComponent(tableName)}`}>${tableName}</a>
    </th>
    <td data-label="Client">
      <div class="two-lines">
        <span>${client}</span>
        <span class="muted small cut" title=${userAgent}>${userAgent === '' ? 'no user agent' : userAgent}</span>
      </div>
    </td>
    <td data-label="Type"><span class="badge">${recordType}</span></td>
    <td data-label="Watermark" class="number">
      <div class="two-lines">
        <span>${watermark < 0 ? '–' : count(watermark)}</span>
        <span class="muted small">${countOf(recordsAccepted, 'record')}</span>
      </div>
    </td>
    <td data-label="In flight" class="number">
      <div class="two-lines">
        <span>${count(stream.inFlightRecords)}</span>
        <span class="muted small">${bytes(stream.inFlightBytes)}</span>
      </div>
    </td>
    <td data-label="Age" class="number">${duration(nowMs - openedAtMs)}</td>
    <td data-label="Rotates in" class="number">
      ${rotatesAtMs === undefined ? html`<span class="muted">never</span>` : duration(rotatesAtMs - nowMs)}
    </td>
  </tr>`;
}
