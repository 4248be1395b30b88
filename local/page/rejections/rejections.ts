import { html, type TemplateResult } from 'lit-html';
import { repeat } from 'lit-html/directives/repeat.js';
import type { Rejection } from '../../lib/live/api/rejection.ts';
import { copyButton } from '../parts/copyButton.ts';
import { count, countOf } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { LiveList } from '../parts/liveList.ts';
import { empty, problem, skeleton } from '../parts/states.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { anyRejection, filterRejections, type RejectionFilter } from './rejectionFilter.ts';
import { rejectionFilterFields } from './rejectionFilterFields.ts';
import { rejectionItem } from './rejectionItem.ts';

/** The records that tables have refused. */
export const rejections: ViewKind = {
  name: 'rejections',
  title: 'Rejections',
  icon: icons.rejections,
  open: (context) => new RejectionsView(context),
};

class RejectionsView implements View {
  readonly #update: () => void;
  readonly #list: LiveList<'rejection'>;
  readonly #end: () => void;
  #filter = anyRejection;
  #openId: number | undefined;
  /** While one is open, later ones wait, so that it stays in its place. */
  #lastShownId = Number.POSITIVE_INFINITY;

  constructor(context: ViewContext) {
    this.#update = context.update;
    this.#list = new LiveList('rejections', 'rejection', context);
    // A server that was started again counts from 1.
    this.#end = context.feed.onReturn(() => {
      this.#openId = undefined;
      this.#lastShownId = Number.POSITIVE_INFINITY;
    });
  }

  close(): void {
    this.#list.close();
    this.#end();
  }

  render(): TemplateResult {
    const { items, error } = this.#list;
    return html`<div class="heading">
        <h1 tabindex="-1">Rejections</h1>
        ${items === undefined || items.length === 0 ? '' : html`<span class="badge">${count(items.length)}</span>`}
      </div>
      <p class="lead">Records that their tables have refused, newest first. The server keeps the last 200.</p>
      ${items === undefined ? this.#unread(error) : this.#content(items)}`;
  }

  #unread(error: Error | undefined): TemplateResult {
    return error === undefined
      ? skeleton(8)
      : problem('The rejections could not be read.', error, () => this.#list.read());
  }

  #content(items: readonly Rejection[]): TemplateResult {
    if (items.length === 0) {
      return empty('No record was refused', 'When a table refuses a record, the reason and the record are shown here.');
    }
    const found = filterRejections(items, this.#filter);
    const shown = found.filter(({ id }) => id <= this.#lastShownId);
    return html`<div class="row toolbar">
        ${rejectionFilterFields(items, this.#filter, (change) => this.#choose(change))}
        <span class="spring"></span>
        <span class="muted small">${countOf(found.length, 'rejection')}</span>
        ${copyButton('The rejections', () => JSON.stringify(found, undefined, 2), 'Copy as JSON')}
      </div>
      ${this.#later(found.length - shown.length)}
      ${
        found.length === 0
          ? empty('None of them', 'No rejection has all of this.', this.#clearButton())
          : html`<ul class="card rejections">
              ${repeat(
                shown,
                ({ id }) => id,
                (rejection) =>
                  rejectionItem(rejection, rejection.id === this.#openId, () => this.#toggle(rejection.id, items)),
              )}
            </ul>`
      }`;
  }

  #later(number: number): TemplateResult | string {
    return number === 0
      ? ''
      : html`<button type="button" class="button tight later" @click=${() => this.#showAll()}>
          Show ${countOf(number, 'new rejection')}
        </button>`;
  }

  #clearButton(): TemplateResult {
    return html`<button type="button" class="button" @click=${() => this.#choose(anyRejection)}>Show all</button>`;
  }

  #choose(change: Partial<RejectionFilter>): void {
    this.#filter = { ...this.#filter, ...change };
    this.#update();
  }

  #toggle(id: number, items: readonly Rejection[]): void {
    if (this.#openId === id) {
      this.#openId = undefined;
      this.#lastShownId = Number.POSITIVE_INFINITY;
    } else {
      this.#openId = id;
      this.#lastShownId = Math.min(this.#lastShownId, items[0]?.id ?? 0);
    }
    this.#update();
  }

  #showAll(): void {
    this.#lastShownId = Number.POSITIVE_INFINITY;
    this.#update();
  }
}
