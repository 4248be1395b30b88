import { html, type TemplateResult } from 'lit-html';
import type { StreamView } from '../../lib/live/api/streamView.ts';
import type { TableSummary } from '../../lib/live/api/tableView.ts';
import { count, countOf } from '../parts/formats.ts';
import { tableAddress } from '../tables/tableListView.ts';

/** Waits for the first stream into a table, and for its rows. */
export class Arrivals {
  readonly #fullName: string;
  #stream: StreamView | undefined;
  /** Rows of the table at first. */
  #before: number | undefined;
  #rows = 0;

  constructor(fullName: string) {
    this.#fullName = fullName;
  }

  followStreams(streams: readonly StreamView[]): void {
    this.#stream = streams.find(({ tableName }) => tableName === this.#fullName) ?? this.#stream;
  }

  followTables(tables: readonly TableSummary[]): void {
    const table = tables.find(({ fullName }) => fullName === this.#fullName);
    if (table !== undefined) {
      this.#rows = table.rows + table.unflushedRows;
      this.#before ??= this.#rows;
    }
  }

  render(): TemplateResult {
    const arrived = this.#rows - (this.#before ?? this.#rows);
    const [dot, words, more = ''] = this.#state(arrived);
    return html`<div class="card padded row arrivals">
      <span class=${dot}></span>
      <span class="wrap"><span role="status">${words}</span>${more}</span>
      <span class="spring"></span>
      <a class=${arrived > 0 ? 'button primary' : 'button'} href=${tableAddress(this.#fullName)}>Watch the rows</a>
    </div>`;
  }

  /** What changes with each row is no part of the words, which a screen reader says. */
  #state(arrived: number): readonly [dot: string, words: unknown, more?: unknown] {
    const table = html`<bdi class="mono">${this.#fullName}</bdi>`;
    if (arrived > 0) {
      return ['dot good', html`<strong>Rows arrive</strong> in ${table}`, html`: ${count(arrived)} so far.`];
    }
    if (this.#stream !== undefined) {
      const { userAgent, client } = this.#stream;
      return [
        'dot good',
        html`<strong>A stream is open</strong> by ${userAgent === '' ? client : userAgent}. Waiting for its first row…`,
      ];
    }
    const known = (this.#before ?? 0) > 0 ? ` It has ${countOf(this.#before ?? 0, 'row')} already.` : '';
    return ['dot waiting', html`Waiting for your first stream into ${table}…${known}`];
  }
}
