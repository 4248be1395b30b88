import type { RowsPage, TableSummary } from '../../lib/live/api/tableView.ts';
import { DataGrid } from '../parts/dataGrid.ts';
import { get } from '../request.ts';

const FIRST_ROWS = 100;
const OLDER_ROWS = 1000;
/** Older rows than these are for queries. */
const MOST_ROWS = 100_000;
const TYPING_MS = 250;

/** Which rows are shown. */
export interface RowsFilter {
  readonly column: string;
  readonly contains: string;
}

/** The newest rows of a table: those of new commits come by themselves, unless the user looks at older ones. */
export class RowsTail {
  readonly grid: DataGrid;
  readonly #path: string;
  readonly #update: () => void;
  #table: TableSummary;
  #columns: readonly string[] = [];
  #rows: readonly (readonly unknown[])[] = [];
  #nextCursor: string | undefined;
  #isLoaded = false;
  #isLoading = false;
  #isStale = false;
  #isPaused = false;
  #isAtTop = true;
  #problem: Error | undefined;
  #filter: RowsFilter = { column: '', contains: '' };
  #typing: ReturnType<typeof setTimeout> | undefined;
  #reading: AbortController | undefined;
  /** The rows of the table when those shown were read. */
  #rowsThen = 0;

  constructor(table: TableSummary, update: () => void) {
    this.#table = table;
    this.#path = `tables/${encodeURIComponent(table.fullName)}/rows`;
    this.#update = update;
    this.grid = new DataGrid({
      label: `Rows of ${table.fullName}, newest first`,
      update,
      onScroll: (isAtTop) => this.#onScroll(isAtTop),
      onEnd: () => this.loadOlder(),
    });
    void this.#load();
  }

  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  get columns(): readonly string[] {
    return this.#columns;
  }

  get rowCount(): number {
    return this.#rows.length;
  }

  get hasOlder(): boolean {
    return this.#nextCursor !== undefined;
  }

  get isFull(): boolean {
    return this.hasOlder && this.#rows.length >= MOST_ROWS;
  }

  get problem(): Error | undefined {
    return this.#problem;
  }

  get filter(): RowsFilter {
    return this.#filter;
  }

  /** The column that is filtered by: at first the first one. */
  get filterColumn(): string {
    return this.#filter.column === '' ? (this.#columns[0] ?? '') : this.#filter.column;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  /** Whether new rows wait although the user has not paused them: they would move what the user looks at. */
  get isHeld(): boolean {
    return !this.#isPaused && (!this.#isAtTop || this.grid.chosen !== undefined);
  }

  /** Rows that are acknowledged, but not in the Delta table yet. */
  get unflushedRows(): number {
    return this.#table.unflushedRows;
  }

  /** Rows that were committed since. */
  get waitingRows(): number {
    return Math.max(this.#table.rows - this.#rowsThen, 0);
  }

  /** Takes what the table is now. */
  follow(table: TableSummary): void {
    const isNews = table.version !== this.#table.version || table.rows !== this.#table.rows;
    this.#table = table;
    if (isNews) {
      this.#catchUp();
    }
  }

  pause(isPaused: boolean): void {
    this.#isPaused = isPaused;
    this.#catchUp();
    this.#update();
  }

  /** Reads again what could not be read. */
  retry(): void {
    if (this.#problem !== undefined) {
      this.showNewest();
    }
  }

  /** Shows the rows that wait. */
  showNewest(): void {
    this.grid.forgetChoice();
    this.grid.scrollToTop();
    this.#isAtTop = true;
    void this.#load();
  }

  loadOlder(): void {
    void this.#loadOlder();
  }

  /** Closes the value that the user has chosen. */
  forgetChoice(): void {
    this.grid.forgetChoice();
    this.grid.focus();
    this.#catchUp();
    this.#update();
  }

  /** Changes the filter. The page may not show yet what was changed before. */
  filterBy(change: Partial<RowsFilter>): void {
    const filter = { ...this.#filter, ...change };
    const isOther = filter.contains !== this.#filter.contains || filter.contains !== '';
    this.#filter = filter;
    this.#update();
    clearTimeout(this.#typing);
    if (isOther) {
      this.#typing = setTimeout(() => this.#restart(), TYPING_MS);
    }
  }

  close(): void {
    clearTimeout(this.#typing);
    this.#reading?.abort();
    this.grid.close();
  }

  #restart(): void {
    this.#reading?.abort();
    this.#isLoading = false;
    this.showNewest();
  }

  #onScroll(isAtTop: boolean): void {
    const hasReturned = isAtTop && !this.#isAtTop;
    this.#isAtTop = isAtTop;
    if (hasReturned) {
      this.#catchUp();
    }
  }

  #catchUp(): void {
    if (this.#isPaused || this.isHeld || this.#table.rows === this.#rowsThen) {
      return;
    }
    void this.#load();
  }

  async #load(): Promise<void> {
    if (this.#isLoading) {
      this.#isStale = true;
      return;
    }
    const rowsThen = this.#table.rows;
    const page = await this.#read({ limit: FIRST_ROWS });
    if (page !== undefined) {
      this.#columns = page.columns;
      this.#rows = page.rows;
      this.#nextCursor = page.nextCursor;
      this.#rowsThen = rowsThen;
      this.#isLoaded = true;
      this.#show();
    }
    if (this.#isStale) {
      this.#isStale = false;
      this.#catchUp();
    }
    this.#update();
  }

  async #loadOlder(): Promise<void> {
    if (this.#isLoading || this.#nextCursor === undefined || this.isFull) {
      return;
    }
    const page = await this.#read({ limit: OLDER_ROWS, cursor: this.#nextCursor });
    if (page !== undefined) {
      this.#rows = [...this.#rows, ...page.rows];
      this.#nextCursor = page.nextCursor;
      this.#show();
    }
    this.#update();
  }

  #show(): void {
    const total = this.#filter.contains === '' ? Math.max(this.#rowsThen, this.#rows.length) : this.#rows.length;
    this.grid.show({ columns: this.#columns, rows: this.#rows, total: this.hasOlder ? total : this.#rows.length });
  }

  /** @returns undefined if there is a problem, or if other rows are wanted meanwhile */
  async #read(parameters: Readonly<Record<string, string | number>>): Promise<RowsPage | undefined> {
    const reading = new AbortController();
    this.#reading = reading;
    const { contains } = this.#filter;
    const filter = contains === '' ? {} : { column: this.filterColumn, contains };
    const query = new URLSearchParams(
      Object.entries({ ...parameters, ...filter }).map(([name, value]) => [name, String(value)]),
    );
    this.#isLoading = true;
    let page: RowsPage | undefined;
    let problem: Error | undefined;
    try {
      page = await get<RowsPage>(`${this.#path}?${query}`, reading.signal);
    } catch (error) {
      problem = error as Error;
    }
    if (reading.signal.aborted) {
      return undefined;
    }
    this.#isLoading = false;
    this.#problem = problem;
    return page;
  }
}
