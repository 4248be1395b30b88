import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { TokenView } from '../../lib/live/api/tokenView.ts';
import { duration, time } from '../parts/formats.ts';

/** Less than this is soon. */
const SOON_MS = 5 * 60 * 1000;

/** Tokens, with what is left of their lives. */
export function tokensTable(tokens: readonly TokenView[], nowMs: number): TemplateResult {
  return html`<div class="table-scroll" tabindex="0" role="region" aria-label="Issued tokens">
    <table class="table stacked tokens">
      <caption class="unseen">Issued tokens</caption>
      <thead>
        <tr>
          <th scope="col">For</th>
          <th scope="col">Client</th>
          <th scope="col">Grant</th>
          <th scope="col" class="number">Issued</th>
          <th scope="col" class="number">Remaining life</th>
        </tr>
      </thead>
      <tbody>
        ${repeat(
          tokens,
          ({ id }) => id,
          (token) => row(token, nowMs),
        )}
      </tbody>
    </table>
  </div>`;
}

function row(token: TokenView, nowMs: number): TemplateResult {
  const { use, tables, clientId, userAgent, grantType, issuedAtMs, expiresAtMs } = token;
  const left = expiresAtMs - nowMs;
  return html`<tr class=${left > 0 ? '' : 'faded'}>
    <th scope="row" data-label="For">
      <div class="two-lines">
        ${use === 'unity-catalog' ? 'Unity Catalog' : tables.map((table) => html`<span class="wrap">${table}</span>`)}
      </div>
    </th>
    <td data-label="Client">
      <div class="two-lines">
        <span class="cut" title=${clientId}>${clientId}</span>
        <span class="muted small cut" title=${userAgent}>${userAgent === '' ? 'no user agent' : userAgent}</span>
      </div>
    </td>
    <td data-label="Grant">${grantType === 'token-exchange' ? 'token exchange' : 'client credentials'}</td>
    <td data-label="Issued" class="number">${time(issuedAtMs)}</td>
    <td data-label="Remaining life" class="number">${life(left)}</td>
  </tr>`;
}

function life(left: number): TemplateResult {
  if (left <= 0) {
    return html`<span class="badge">expired</span>`;
  }
  return html`<span class=${left < SOON_MS ? 'soon' : ''}>${duration(left)}</span>`;
}
