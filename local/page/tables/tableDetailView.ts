import { html, nothing, type TemplateResult } from 'lit-html';
import type { TableDetail, TableSummary } from '../../lib/live/api/tableView.ts';
import { codeBlock } from '../parts/codeBlock.ts';
import { copyButton } from '../parts/copyButton.ts';
import { bytes, count } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { Resource } from '../parts/resource.ts';
import { problem, skeleton } from '../parts/states.ts';
import { tabs } from '../parts/tabs.ts';
import type { View, ViewContext } from '../view.ts';
import { columnsPanel } from './columnsPanel.ts';
import { CommitLog } from './commitLog.ts';
import { readersPanel } from './readersPanel.ts';
import { rowsPanel } from './rowsPanel.ts';
import { RowsTail } from './rowsTail.ts';
import { rejectedText, tableAddress } from './tableListView.ts';

const allTabs = [
  { id: 'rows', title: 'Rows' },
  { id: 'columns', title: 'Columns' },
  { id: 'commits', title: 'Commits' },
  { id: 'read', title: 'Read it' },
  { id: 'ddl', title: 'DDL' },
];

/** A table: what it is, its rows and its commits, as they come. */
export class TableDetailView implements View {
  readonly title: string;
  readonly #detail: Resource<TableDetail>;
  readonly #update: () => void;
  readonly #ends: readonly (() => void)[];
  readonly #commits: CommitLog;
  #tail: RowsTail | undefined;
  #summary: TableSummary | undefined;
  #tab: string;

  constructor({ parts, feed, update }: ViewContext, fullName: string) {
    this.title = fullName;
    this.#tab = allTabs.find(({ id }) => id === parts[1])?.id ?? 'rows';
    this.#update = update;
    this.#commits = new CommitLog(fullName, update);
    this.#detail = new Resource(`tables/${encodeURIComponent(fullName)}`, () => this.#onDetail());
    this.#ends = [
      feed.on('tables', (tables) => this.#onTables(tables)),
      feed.onReturn(() => {
        void this.#detail.read();
        this.#tail?.retry();
      }),
      () => this.#detail.close(),
      () => this.#commits.close(),
      () => this.#tail?.close(),
    ];
    void this.#detail.read();
  }

  render(): TemplateResult {
    const { value: detail, error } = this.#detail;
    return html`<nav class="back" aria-label="Back"><a href="#/tables">Tables</a></nav>
      <div class="heading">
        <h1 tabindex="-1"><bdi>${this.title}</bdi></h1>
        ${copyButton('The name', this.title)}
        <span class="spring"></span>
        <a class="button" href=${`#/start/${encodeURIComponent(this.title)}`}>Connect a client</a>
        <a class="button" href=${`#/query/${encodeURIComponent(this.title)}`}>Query</a>
      </div>
      ${error === undefined ? nothing : problem('The table could not be read.', error, () => void this.#detail.read())}
      ${detail === undefined ? (error === undefined ? skeleton(6) : nothing) : this.#content(detail)}`;
  }

  close(): void {
    for (const end of this.#ends) {
      end();
    }
  }

  #content(detail: TableDetail): TemplateResult {
    return html`${facts(this.#summary ?? detail)}
    ${tabs('Parts of the table', allTabs, this.#tab, (tab) => this.#choose(tab), this.#panel(detail))}`;
  }

  #panel(detail: TableDetail): TemplateResult {
    switch (this.#tab) {
      case 'columns':
        return columnsPanel(detail);
      case 'commits':
        return this.#commits.render();
      case 'read':
        return readersPanel(detail);
      case 'ddl':
        return codeBlock('The statement', detail.ddl);
      default:
        return this.#tail === undefined ? skeleton(8) : rowsPanel(this.#tail);
    }
  }

  /** Another tab is another address, but not another view: what is shown in the others stays. */
  #choose(tab: string): void {
    this.#tab = tab;
    history.replaceState(null, '', tableAddress(this.title, tab === 'rows' ? undefined : tab));
    this.#follow();
    this.#update();
  }

  #onDetail(): void {
    const { value: detail } = this.#detail;
    if (detail !== undefined) {
      this.#summary = detail;
      this.#tail ??= new RowsTail(detail, this.#update);
      this.#follow();
    }
    this.#update();
  }

  #onTables(tables: readonly TableSummary[]): void {
    const summary = tables.find(({ fullName }) => fullName === this.title);
    if (summary !== undefined) {
      this.#summary = summary;
      this.#follow();
      this.#update();
    }
  }

  /** What is not seen is not read. */
  #follow(): void {
    if (this.#summary === undefined) {
      return;
    }
    if (this.#tab === 'rows') {
      this.#tail?.follow(this.#summary);
    } else if (this.#tab === 'commits') {
      this.#commits.follow(this.#summary.version);
    } else if (this.#detail.value !== undefined && this.#detail.value.version < this.#summary.version) {
      void this.#detail.read();
    }
  }
}

function facts(table: TableSummary): TemplateResult {
  const { rows, unflushedRows, rejectedRows, files, version, problem: trouble } = table;
  return html`<dl class="facts">
      <div><dt>Rows</dt><dd>${count(rows)}</dd></div>
      <div><dt>Unflushed</dt><dd>${count(unflushedRows)}</dd></div>
      <div><dt>Files</dt><dd>${count(files)}</dd></div>
      <div><dt>Size</dt><dd>${bytes(table.bytes)}</dd></div>
      <div><dt>Version</dt><dd>${count(version)}</dd></div>
    </dl>
    ${trouble === undefined ? nothing : warning(trouble)}
    ${rejectedRows === 0 ? nothing : warning(rejectedText(rejectedRows))}`;
}

function warning(text: string): TemplateResult {
  return html`<p class="trouble block">${icons.alert}<span>${text}</span></p>`;
}
