import { html, nothing, type TemplateResult } from 'lit-html';
import type { TableSummary } from '../../lib/live/api/tableView.ts';
import { bytes, count } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { empty, problem, skeleton } from '../parts/states.ts';
import type { View, ViewContext } from '../view.ts';

/** All tables, as they are now. */
export class TableListView implements View {
  readonly #tables: Resource<readonly TableSummary[]>;
  readonly #ends: readonly (() => void)[];

  constructor({ feed, update }: ViewContext) {
    this.#tables = new Resource('tables', update);
    this.#ends = [
      feed.on('tables', (tables) => {
        this.#tables.value = tables;
        update();
      }),
      feed.onReturn(() => void this.#tables.read()),
      () => this.#tables.close(),
    ];
    void this.#tables.read();
  }

  render(): TemplateResult {
    return html`<div class="heading">
        <h1 tabindex="-1">Tables</h1>
        <span class="spring"></span>
        <a class="button" href="#/start">Create a table</a>
      </div>
      ${this.#content()}`;
  }

  close(): void {
    for (const end of this.#ends) {
      end();
    }
  }

  #content(): TemplateResult {
    const { value: tables, error } = this.#tables;
    if (error !== undefined) {
      return problem('The tables could not be read.', error, () => void this.#tables.read());
    }
    if (tables === undefined) {
      return skeleton(4);
    }
    if (tables.length === 0) {
      return empty(
        'No tables yet',
        'Clients write into tables that exist.',
        html`<a class="button primary" href="#/start">Create a table</a>`,
      );
    }
    return list(tables);
  }
}

/** The address of a table's view. */
export function tableAddress(fullName: string, tab?: string): string {
  return `#/tables/${encodeURIComponent(fullName)}${tab === undefined ? '' : `/${tab}`}`;
}

function list(tables: readonly TableSummary[]): TemplateResult {
  return html`<div class="table-scroll">
    <table class="table stacked">
      <caption class="unseen">Tables</caption>
      <thead>
        <tr>
          <th scope="col">Table</th>
          <th scope="col" class="number">Rows</th>
          <th scope="col" class="number">Unflushed</th>
          <th scope="col" class="number">Files</th>
          <th scope="col" class="number">Size</th>
          <th scope="col" class="number">Version</th>
        </tr>
      </thead>
      <tbody>${tables.map(tableRow)}</tbody>
    </table>
  </div>`;
}

function tableRow(table: TableSummary): TemplateResult {
  const { fullName, rows, unflushedRows, rejectedRows, files, version, problem: trouble } = table;
  return html`<tr>
    <th scope="row" class="wrap" data-label="Table"><div>
      <a href=${tableAddress(fullName)}><bdi>${fullName}</bdi></a>
      ${trouble === undefined ? nothing : html`<p class="trouble">${icons.alert}<span>${trouble}</span></p>`}
      ${rejectedRows === 0 ? nothing : html`<p class="trouble">${icons.alert}<span>${rejectedText(rejectedRows)}</span></p>`}
    </div></th>
    <td class="number" data-label="Rows">${count(rows)}</td>
    <td class=${unflushedRows === 0 ? 'number muted' : 'number'} data-label="Unflushed">${count(unflushedRows)}</td>
    <td class="number" data-label="Files">${count(files)}</td>
    <td class="number" data-label="Size">${bytes(table.bytes)}</td>
    <td class="number" data-label="Version">${count(version)}</td>
  </tr>`;
}

/** Says of a table that acknowledged rows of it are lost to it. */
export function rejectedText(rows: number): string {
  return `${count(rows)} acknowledged ${rows === 1 ? 'row' : 'rows'} could not be written to it.`;
}
