import { html, type TemplateResult } from 'lit-html';

/** The name of a picture. */
export type IconName =
  | 'overview'
  | 'tables'
  | 'query'
  | 'rejections'
  | 'faults'
  | 'tokens'
  | 'start'
  | 'copy'
  | 'done'
  | 'sun'
  | 'moon'
  | 'screen'
  | 'menu'
  | 'close'
  | 'search'
  | 'chevron'
  | 'alert';

/** Pictures beside words. They say nothing of their own to a screen reader. */
export const icons: Readonly<Record<IconName, TemplateResult>> = {
  overview: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M1.5 9h3l2-6 3 10 2-4h3" /></svg>`),
  tables: icon(
    html`<svg class="icon" viewBox="0 0 16 16"><path d="M2 2.5h12v11H2zM2 6h12M2 9.75h12M6.5 6v7.5" /></svg>`,
  ),
  query: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="m2.5 4 4 4-4 4M8.5 12.5h5" /></svg>`),
  rejections: icon(
    html`<svg class="icon" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6" /><path d="m3.8 3.8 8.4 8.4" /></svg>`,
  ),
  faults: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M9 1.5 3 9h4.5L7 14.5 13 7H8.5z" /></svg>`),
  tokens: icon(
    html`<svg class="icon" viewBox="0 0 16 16"><circle cx="5" cy="11" r="3" /><path d="m7.2 8.8 6.3-6.3M11 5l2 2M9 7l1.5 1.5" /></svg>`,
  ),
  start: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M4.5 2.5v11l8-5.5z" /></svg>`),
  copy: icon(
    html`<svg class="icon todo" viewBox="0 0 16 16"><path d="M5.5 5.5h8v8h-8z" /><path d="M10.5 5.5v-3h-8v8h3" /></svg>`,
  ),
  done: icon(html`<svg class="icon done" viewBox="0 0 16 16"><path d="m3 8.5 3.5 3.5L13 4.5" /></svg>`),
  sun: icon(
    html`<svg class="icon" viewBox="0 0 16 16"><circle cx="8" cy="8" r="3" /><path d="M8 1v1.5M8 13.5V15M1 8h1.5M13.5 8H15M3 3l1.1 1.1M11.9 11.9 13 13M3 13l1.1-1.1M11.9 4.1 13 3" /></svg>`,
  ),
  moon: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M13.5 9.5A6 6 0 0 1 6.5 2.5a6 6 0 1 0 7 7z" /></svg>`),
  screen: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M1.5 2.5h13v9h-13zM5.5 14h5M8 11.5V14" /></svg>`),
  menu: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M2 4h12M2 8h12M2 12h12" /></svg>`),
  close: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="m3.5 3.5 9 9M12.5 3.5l-9 9" /></svg>`),
  search: icon(
    html`<svg class="icon" viewBox="0 0 16 16"><circle cx="7" cy="7" r="4.5" /><path d="m10.5 10.5 3.5 3.5" /></svg>`,
  ),
  chevron: icon(html`<svg class="icon chevron" viewBox="0 0 16 16"><path d="m6 3.5 4.5 4.5L6 12.5" /></svg>`),
  alert: icon(html`<svg class="icon" viewBox="0 0 16 16"><path d="M8 2 1.5 13.5h13zM8 6.5v3M8 11.6v.1" /></svg>`),
};

function icon(picture: TemplateResult): TemplateResult {
  return html`<span class="picture" aria-hidden="true">${picture}</span>`;
}
