import { html, nothing, type TemplateResult } from 'lit-html';
import type { DdlCheck, TableSummary } from '../../lib/live/api/tableView.ts';
import { countOf } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { post } from '../request.ts';
import { columnTable } from '../tables/columnsPanel.ts';
import { startState } from './startState.ts';

const TYPING_MS = 300;

/** A box for `CREATE TABLE`, which is checked as one types. */
export class DdlBox {
  readonly #update: () => void;
  readonly #onCreated: (fullName: string) => void;
  #typing: ReturnType<typeof setTimeout> | undefined;
  #checking: AbortController | undefined;
  #check: DdlCheck | undefined;
  #problem: string | undefined;
  #isCreating = false;

  /** @param onCreated called with the name of the first table that was created */
  constructor(update: () => void, onCreated: (fullName: string) => void) {
    this.#update = update;
    this.#onCreated = onCreated;
  }

  /** Begins with an example that can be created, unless something is typed already. */
  begin(tables: readonly TableSummary[]): void {
    startState.sql ??= exampleSql(tables);
    void this.#checkNow();
  }

  render(): TemplateResult {
    const sql = startState.sql ?? '';
    const problem = this.#problem ?? this.#check?.problem;
    const isWrong = problem !== undefined && sql.trim() !== '';
    return html`<form class="ddl" @submit=${this.#submit}>
      <div class="ddl-text">
        <label class="unseen" for="ddl">CREATE TABLE statement</label>
        <textarea
          id="ddl"
          class="input"
          rows=${Math.min(Math.max(sql.split('\n').length + 1, 8), 20)}
          spellcheck="false"
          autocomplete="off"
          autocapitalize="off"
          aria-invalid=${isWrong ? 'true' : 'false'}
          aria-describedby="ddl-state"
          .value=${sql}
          @input=${this.#type}
          @keydown=${this.#press}
        ></textarea>
        <div class="row">
          <button class="button primary" ?disabled=${this.#check === undefined || isWrong || sql.trim() === ''}>
            ${(this.#check?.tables.length ?? 0) > 1 ? 'Create the tables' : 'Create the table'}
          </button>
        </div>
      </div>
      <div class="ddl-preview">${this.#preview(isWrong ? problem : undefined)}</div>
    </form>`;
  }

  close(): void {
    clearTimeout(this.#typing);
    this.#checking?.abort();
  }

  #preview(problem: string | undefined): TemplateResult {
    const { tables = [], notes = [] } = this.#check ?? {};
    return html`<div id="ddl-state" role="status">
        ${problem === undefined ? nothing : html`<p class="trouble">${icons.alert}<span>${problem}</span></p>`}
      </div>
      ${tables.map(
        ({
          fullName,
          columns,
        }) => html`<h3 class="wrap"><bdi>${fullName}</bdi> <span class="small muted">${countOf(columns.length, 'column')}</span></h3>
        ${columns.length === 0 ? nothing : columnTable(columns)}`,
      )}
    ${notes.map((note) => html`<p class="note small">${note}</p>`)}`;
  }

  readonly #type = (event: Event): void => {
    startState.sql = (event.target as HTMLTextAreaElement).value;
    this.#problem = undefined;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.#checkNow(), TYPING_MS);
    this.#update();
  };

  readonly #press = (event: KeyboardEvent): void => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      void this.#create();
    }
  };

  readonly #submit = (event: Event): void => {
    event.preventDefault();
    void this.#create();
  };

  /** Only the last answer counts. */
  async #checkNow(): Promise<void> {
    this.#checking?.abort();
    const checking = new AbortController();
    this.#checking = checking;
    try {
      this.#check = await post<DdlCheck>('tables/check', { sql: startState.sql ?? '' }, checking.signal);
      this.#problem = undefined;
    } catch (error) {
      if (checking.signal.aborted) {
        return;
      }
      this.#problem = (error as Error).message;
    }
    this.#update();
  }

  async #create(): Promise<void> {
    if (this.#isCreating) {
      return;
    }
    this.#isCreating = true;
    this.#update();
    try {
      const [first] = await post<readonly TableSummary[]>('tables', { sql: startState.sql ?? '' });
      startState.sql = undefined;
      this.#check = undefined;
      if (first !== undefined) {
        this.#onCreated(first.fullName);
      }
    } catch (error) {
      this.#problem = (error as Error).message;
    }
    this.#isCreating = false;
    this.#update();
  }
}

/** A table with a name that is free. */
function exampleSql(tables: readonly TableSummary[]): string {
  const names = new Set(tables.map(({ fullName }) => fullName.toLowerCase()));
  let name = 'main.iot.readings';
  for (let index = 2; names.has(name); index++) {
    name = `main.iot.readings_${index}`;
  }
  return `CREATE TABLE ${name} (\n  device STRING NOT NULL,\n  temp DOUBLE,\n  measured_at TIMESTAMP\n)`;
}
