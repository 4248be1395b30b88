import { html, nothing, type TemplateResult } from 'lit-html';
import { keyed } from 'lit-html/directives/keyed.js';
import { ref } from 'lit-html/directives/ref.js';
import { CellPlace } from './cellPlace.ts';
import { columnEdges, numberColumns } from './columnEdges.ts';
import { shownValue } from './shownValue.ts';
import { columnsInSight, rowsInSight, type Span } from './virtualRows.ts';

const ROW_PX = 28;
const HEAD_PX = 32;

/** What a grid shows. */
export interface GridData {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** All rows that there are, if more of them can be loaded. Defaults to `rows.length`. */
  readonly total?: number;
}

/** What a grid is given. */
export interface GridOptions {
  /** For screen readers. */
  readonly label: string;
  /** Called when the grid must be rendered again. */
  readonly update: () => void;
  /** Called when it was scrolled, with whether it is at its top. */
  readonly onScroll?: (isAtTop: boolean) => void;
  /** Called when its last rows come into sight. */
  readonly onEnd?: () => void;
}

/** A table of values for any number of rows and columns, of which only those in sight are in the document. */
export class DataGrid {
  static #count = 0;
  readonly #id = `grid${++DataGrid.#count}`;
  readonly #options: GridOptions;
  readonly #resizes = new ResizeObserver(() => this.#onResize());
  #element: HTMLElement | undefined;
  #data: GridData = { columns: [], rows: [] };
  #edges: readonly number[] = [0];
  #numbers: readonly boolean[] = [];
  #rowsInSight: Span = { first: 0, end: 0 };
  #columnsInSight: Span = { first: 0, end: 0 };
  #place: CellPlace | undefined;

  constructor(options: GridOptions) {
    this.#options = options;
  }

  /** The value that the user has chosen. */
  get chosen(): { readonly column: string; readonly value: unknown } | undefined {
    const { row = -1, column = -1 } = this.#place ?? {};
    const values = this.#data.rows[row];
    const name = this.#data.columns[column];
    return values === undefined || name === undefined ? undefined : { column: name, value: values[column] };
  }

  show(data: GridData): void {
    const isSame = data.columns.join('\0') === this.#data.columns.join('\0');
    this.#data = data;
    this.#edges = columnEdges(data.columns, data.rows, isSame ? this.#edges : []);
    this.#numbers = numberColumns(data.columns, data.rows);
  }

  focus(): void {
    this.#element?.focus({ preventScroll: true });
  }

  forgetChoice(): void {
    this.#place = undefined;
  }

  scrollToTop(): void {
    this.#element?.scrollTo({ top: 0 });
  }

  /** Each grid has an element of its own, since it is scrolled. */
  render(): unknown {
    return keyed(this.#id, this.#grid());
  }

  #grid(): TemplateResult {
    const { columns, rows, total = rows.length } = this.#data;
    const { scrollTop = 0, scrollLeft = 0, clientHeight = 600, clientWidth = 1200 } = this.#element ?? {};
    this.#rowsInSight = rowsInSight(scrollTop, Math.min(clientHeight, 4000), ROW_PX, rows.length);
    const across = columnsInSight(scrollLeft, clientWidth, this.#edges);
    this.#columnsInSight = across;
    const width = this.#edges.at(-1) ?? 0;
    const places = Array.from({ length: across.end - across.first }, (_, index) => across.first + index);
    const { first, end } = this.#rowsInSight;
    return html`<div
      class=${this.chosen === undefined ? 'grid' : 'grid with-value'}
      role="grid"
      tabindex="0"
      aria-label=${this.#options.label}
      aria-readonly="true"
      aria-rowcount=${total + 1}
      aria-colcount=${columns.length}
      aria-activedescendant=${this.#activeId() ?? nothing}
      @scroll=${this.#onScroll}
      @keydown=${this.#onKey}
      @click=${this.#onClick}
      ${ref(this.#hold)}
    >
      <div class="grid-space" role="presentation" .style=${`width:${width}px;height:${HEAD_PX + rows.length * ROW_PX}px`}>
        <div class="grid-head" role="row" aria-rowindex="1">
          ${places.map(
            (column) => html`<div
              role="columnheader"
              class=${this.#numbers[column] === true ? 'grid-cell number' : 'grid-cell'}
              aria-colindex=${column + 1}
              title=${columns[column] ?? ''}
              .style=${this.#columnStyle(column)}
            ><bdi>${columns[column]}</bdi></div>`,
          )}
        </div>
        ${Array.from({ length: Math.max(end - first, 0) }, (_, index) => this.#row(first + index, places))}
      </div>
    </div>`;
  }

  close(): void {
    this.#resizes.disconnect();
  }

  #row(row: number, places: readonly number[]): TemplateResult {
    const values = this.#data.rows[row] ?? [];
    return html`<div
      class=${row % 2 === 0 ? 'grid-row' : 'grid-row odd'}
      role="row"
      aria-rowindex=${row + 2}
      .style=${`top:${HEAD_PX + row * ROW_PX}px`}
    >${places.map((column) => this.#cell(row, column, values[column]))}</div>`;
  }

  #cell(row: number, column: number, value: unknown): TemplateResult {
    const { kind, text } = shownValue(value);
    const isChosen = this.#place?.isAt(row, column) === true;
    return html`<div
      role="gridcell"
      id=${this.#cellId(row, column)}
      class=${`grid-cell is-${kind}${this.#numbers[column] === true ? ' number' : ''}${isChosen ? ' chosen' : ''}`}
      aria-colindex=${column + 1}
      aria-selected=${isChosen ? 'true' : nothing}
      data-row=${row}
      data-column=${column}
      .style=${this.#columnStyle(column)}
    ><bdi>${text}</bdi></div>`;
  }

  #columnStyle(column: number): string {
    const left = this.#edges[column] ?? 0;
    return `left:${left}px;width:${(this.#edges[column + 1] ?? left) - left}px`;
  }

  #cellId(row: number, column: number): string {
    return `${this.#id}-${row}-${column}`;
  }

  /** A cell that is out of sight is not in the document. */
  #activeId(): string | undefined {
    const { row = -1, column = -1 } = this.#place ?? {};
    const isInSight = isWithin(row, this.#rowsInSight) && isWithin(column, this.#columnsInSight);
    return isInSight ? this.#cellId(row, column) : undefined;
  }

  readonly #hold = (element: Element | undefined): void => {
    this.#resizes.disconnect();
    this.#element = element as HTMLElement | undefined;
    if (element !== undefined) {
      this.#resizes.observe(element);
    }
  };

  /** A grid becomes lower when all of a value is shown below it. */
  #onResize(): void {
    if (this.#place !== undefined) {
      this.#bringIntoSight(this.#place);
    }
    this.#options.update();
  }

  readonly #onScroll = (): void => {
    const { scrollTop = 0, scrollHeight = 0, clientHeight = 0 } = this.#element ?? {};
    this.#options.onScroll?.(scrollTop <= 1);
    if (scrollTop + clientHeight * 2 >= scrollHeight) {
      this.#options.onEnd?.();
    }
    this.#options.update();
  };

  readonly #onClick = (event: Event): void => {
    const cell = (event.target as Element).closest<HTMLElement>('[role=gridcell]');
    if (cell !== null) {
      this.#place = new CellPlace(Number(cell.dataset['row']), Number(cell.dataset['column']));
      this.#options.update();
    }
  };

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.#place !== undefined) {
      this.#place = undefined;
      this.#options.update();
      return;
    }
    const visible = Math.max(Math.floor((this.#element?.clientHeight ?? HEAD_PX) / ROW_PX) - 2, 1);
    const { columns, rows } = this.#data;
    const begin = this.#place ?? new CellPlace(-1, 0);
    const place = begin.after(event, visible)?.within(rows.length, columns.length);
    if (place === undefined || rows.length === 0) {
      return;
    }
    event.preventDefault();
    this.#place = place;
    this.#bringIntoSight(place);
    this.#options.update();
  };

  #bringIntoSight({ row, column }: CellPlace): void {
    const element = this.#element;
    if (element === undefined) {
      return;
    }
    const { scrollTop, scrollLeft, clientHeight, clientWidth } = element;
    const top = row * ROW_PX;
    const left = this.#edges[column] ?? 0;
    const right = this.#edges[column + 1] ?? left;
    element.scrollTo({
      top: Math.min(top, Math.max(scrollTop, top + ROW_PX + HEAD_PX - clientHeight)),
      left: Math.min(left, Math.max(scrollLeft, right - clientWidth)),
    });
  }
}

function isWithin(place: number, { first, end }: Span): boolean {
  return place >= first && place < end;
}
