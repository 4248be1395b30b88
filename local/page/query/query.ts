import { html, nothing, type TemplateResult } from 'lit-html';
import type { TableDetail, TableSummary } from '../../lib/live/api/tableView.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { empty } from '../parts/states.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { exampleQueries, firstQuery } from './exampleQueries.ts';
import { QueryBox } from './queryBox.ts';

const box = new QueryBox();
const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent);

/** A box for one SELECT. */
export const query: ViewKind = {
  name: 'query',
  title: 'Query',
  icon: icons.query,
  open: (context: ViewContext) => new QueryPage(context),
};

class QueryPage implements View {
  readonly #update: () => void;
  readonly #tables: Resource<readonly TableSummary[]>;
  #detail: Resource<TableDetail> | undefined;
  #table: string | undefined;

  constructor({ parts: [fullName], update }: ViewContext) {
    this.#update = update;
    box.update = update;
    if (fullName !== undefined && fullName !== '') {
      box.text = firstQuery(fullName);
      this.#choose(fullName);
    }
    this.#tables = new Resource('tables', () => this.#onTables());
    void this.#tables.read();
  }

  render(): TemplateResult {
    return html`<div class="heading"><h1 tabindex="-1">Query</h1></div>
      <form class="query" @submit=${submit}>
        <label class="unseen" for="query-text">One SELECT, in DuckDB’s SQL</label>
        <textarea
          id="query-text"
          class="input"
          rows=${Math.min(Math.max(box.text.split('\n').length, 5), 14)}
          spellcheck="false"
          autocomplete="off"
          autocapitalize="off"
          placeholder="SELECT …"
          aria-describedby="query-hint"
          .value=${box.text}
          @input=${(event: Event) => this.#type((event.target as HTMLTextAreaElement).value)}
          @keydown=${press}
        ></textarea>
        <div class="row">
          <button class="button primary run" ?disabled=${box.text.trim() === ''}>
            ${box.isRunning ? 'Running…' : 'Run'}
          </button>
          ${box.isRunning ? html`<button type="button" class="button" @click=${() => box.cancel()}>Cancel</button>` : nothing}
          <span id="query-hint" class="small muted">${isMac ? '⌘' : 'Ctrl'}+Enter runs it. Queries only read.</span>
          <span class="spring"></span>
          ${this.#examples()}
        </div>
      </form>
      ${box.error === undefined ? nothing : queryError(box.error)}
      ${box.result?.render() ?? (box.error === undefined ? this.#begin() : nothing)}`;
  }

  close(): void {
    box.update = () => undefined;
    this.#tables.close();
    this.#detail?.close();
  }

  #type(text: string): void {
    box.text = text;
    this.#update();
  }

  #onTables(): void {
    const first = this.#tables.value?.[0];
    if (this.#table === undefined && first !== undefined) {
      this.#choose(first.fullName);
    }
    this.#update();
  }

  #choose(fullName: string): void {
    this.#table = fullName;
    this.#detail?.close();
    this.#detail = new Resource(`tables/${encodeURIComponent(fullName)}`, this.#update);
    void this.#detail.read();
  }

  #examples(): unknown {
    const tables = this.#tables.value ?? [];
    if (tables.length === 0) {
      return nothing;
    }
    const detail = this.#detail?.value;
    return html`<div class="row examples">
      <label class="unseen" for="query-table">Examples for the table</label>
      <select id="query-table" class="input" @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
        ${tables.map(({ fullName }) => html`<option .value=${fullName} .selected=${fullName === this.#table}>${fullName}</option>`)}
      </select>
      ${(detail === undefined ? [] : exampleQueries(detail)).map(
        ({ title, sql }) =>
          html`<button type="button" class="button tight example cut" title=${sql} @click=${() => this.#example(sql)}>${title}</button>`,
      )}
    </div>`;
  }

  #example(sql: string): void {
    box.text = sql;
    void box.run();
  }

  #begin(): unknown {
    if (box.isRunning || this.#tables.value === undefined) {
      return nothing;
    }
    return this.#tables.value.length === 0
      ? empty(
          'No tables yet',
          'A query reads the tables of this server.',
          html`<a class="button primary" href="#/start">Create a table</a>`,
        )
      : nothing;
  }
}

function submit(event: Event): void {
  event.preventDefault();
  void box.run();
}

function press(event: KeyboardEvent): void {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    void box.run();
  }
}

/** What is wrong with a query. The engine's words may point at a place in it, so they keep their columns. */
function queryError(error: Error): TemplateResult {
  return html`<div class="problem block" role="alert">
    ${icons.alert}
    <div class="words"><strong>The query failed.</strong><pre class="query-error">${error.message}</pre></div>
  </div>`;
}
