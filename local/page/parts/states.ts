import { html, type TemplateResult } from 'lit-html';
import { icons } from './icons.ts';

/** What is shown in place of things of which there are none. */
export function empty(title: string, words: unknown, way: unknown = ''): TemplateResult {
  return html`<div class="empty">
    <h2>${title}</h2>
    <p>${words}</p>
    ${way}
  </div>`;
}

/**
 * What went wrong.
 *
 * @param again tries it once more
 */
export function problem(title: string, error: Error, again?: () => void): TemplateResult {
  return html`<div class="problem" role="alert">
    ${icons.alert}
    <div class="words"><strong>${title}</strong> <p>${error.message}</p></div>
    ${again === undefined ? '' : html`<button type="button" class="button tight" @click=${again}>Try again</button>`}
  </div>`;
}

/** What is shown until something is read, in about the size that it will have. */
export function skeleton(lines: number): TemplateResult {
  return html`<div class="card skeletons" aria-hidden="true">
      ${Array.from({ length: lines }, () => html`<span class="skeleton"></span>`)}
    </div>
    <p class="unseen">Reading …</p>`;
}
