import { html, nothing, type TemplateResult } from 'lit-html';
import type { Snippet } from '../../lib/live/api/snippet.ts';
import type { StreamView } from '../../lib/live/api/streamView.ts';
import type { TableSummary } from '../../lib/live/api/tableView.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { problem, skeleton } from '../parts/states.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { Arrivals } from './arrivals.ts';
import { DdlBox } from './ddlBox.ts';
import { snippetTabs } from './snippets.ts';

/** From nothing to rows: a table, a client, and the rows that arrive. */
export const start: ViewKind = {
  name: 'start',
  title: 'Getting started',
  icon: icons.start,
  open: (context: ViewContext) => new StartPage(context),
};

class StartPage implements View {
  readonly #update: () => void;
  readonly #tables: Resource<readonly TableSummary[]>;
  readonly #streams: Resource<readonly StreamView[]>;
  readonly #ddl: DdlBox;
  readonly #ends: readonly (() => void)[];
  #wanted: string | undefined;
  #table: string | undefined;
  #created: string | undefined;
  #snippets: Resource<readonly Snippet[]> | undefined;
  #arrivals: Arrivals | undefined;
  #hasBegun = false;

  constructor({ parts: [wanted], feed, update }: ViewContext) {
    this.#wanted = wanted;
    this.#update = update;
    this.#ddl = new DdlBox(update, (fullName) => this.#onCreated(fullName));
    this.#tables = new Resource('tables', () => this.#onTables());
    this.#streams = new Resource('streams', () => this.#onStreams());
    this.#ends = [
      feed.on('tables', (tables) => {
        this.#tables.value = tables;
        this.#onTables();
      }),
      feed.on('streams', (streams) => {
        this.#streams.value = streams;
        this.#onStreams();
      }),
      feed.onReturn(() => this.#read()),
      () => this.#tables.close(),
      () => this.#streams.close(),
      () => this.#snippets?.close(),
      () => this.#ddl.close(),
    ];
    this.#read();
  }

  render(): TemplateResult {
    const { value: tables, error } = this.#tables;
    return html`<div class="heading"><h1 tabindex="-1">Getting started</h1></div>
      ${error === undefined ? nothing : problem('The tables could not be read.', error, () => this.#read())}
      ${tables === undefined ? (error === undefined ? skeleton(8) : nothing) : this.#steps(tables)}`;
  }

  close(): void {
    for (const end of this.#ends) {
      end();
    }
  }

  #steps(tables: readonly TableSummary[]): TemplateResult {
    return html`<ol class="steps">
      <li>
        <h2>Create a table</h2>
        ${
          this.#created === undefined
            ? nothing
            : html`<p class="row created" role="status"><span class="dot good"></span><span>The table <bdi class="mono">${this.#created}</bdi> is created.</span></p>`
        }
        ${this.#ddl.render()}
      </li>
      <li>
        <h2 id="point-a-client" tabindex="-1">Point a client at it</h2>
        ${this.#table === undefined ? html`<p class="muted">When there is a table, the lines for a client are here.</p>` : this.#client(tables)}
      </li>
      <li>
        <h2>Watch its rows arrive</h2>
        ${this.#arrivals?.render() ?? html`<p class="muted">Rows are shown as they come.</p>`}
      </li>
    </ol>`;
  }

  #client(tables: readonly TableSummary[]): TemplateResult {
    const { value: snippets, error } = this.#snippets ?? {};
    // One that was just created may not be among them yet.
    const names = new Set([
      ...tables.map(({ fullName }) => fullName),
      ...(this.#table === undefined ? [] : [this.#table]),
    ]);
    return html`<div class="row choose-table">
        <label for="start-table" class="muted">Table</label>
        <select id="start-table" class="input" @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
          ${[...names].map((name) => html`<option .value=${name} .selected=${name === this.#table}>${name}</option>`)}
        </select>
      </div>
      ${error === undefined ? nothing : problem('The lines could not be read.', error, () => void this.#snippets?.read())}
      ${snippets === undefined ? (error === undefined ? skeleton(6) : nothing) : snippetTabs(snippets, this.#update)}`;
  }

  #read(): void {
    void this.#tables.read();
    void this.#streams.read();
  }

  #onTables(): void {
    const tables = this.#tables.value;
    if (tables !== undefined) {
      if (!this.#hasBegun) {
        this.#hasBegun = true;
        this.#ddl.begin(tables);
      }
      const goal = tables.find(({ fullName }) => fullName === this.#wanted) ?? tables[0];
      if (this.#table === undefined && goal !== undefined) {
        this.#choose(goal.fullName);
      }
      this.#arrivals?.followTables(tables);
    }
    this.#update();
  }

  #onStreams(): void {
    this.#arrivals?.followStreams(this.#streams.value ?? []);
    this.#update();
  }

  #onCreated(fullName: string): void {
    this.#created = fullName;
    this.#hasBegun = false;
    this.#choose(fullName);
    void this.#tables.read();
    // The button can't be pressed a second time, so the next step takes the focus.
    document.getElementById('point-a-client')?.focus();
  }

  #choose(fullName: string): void {
    this.#table = fullName;
    this.#snippets?.close();
    this.#snippets = new Resource(`start?table=${encodeURIComponent(fullName)}`, this.#update);
    void this.#snippets.read();
    this.#arrivals = new Arrivals(fullName);
    this.#arrivals.followTables(this.#tables.value ?? []);
    this.#arrivals.followStreams(this.#streams.value ?? []);
    this.#update();
  }
}
