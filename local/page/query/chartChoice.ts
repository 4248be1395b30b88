import { isNumberText, notFinite } from '../parts/shownValue.ts';

/** A bar for each row. */
export interface Bars {
  /** Places of the columns. */
  readonly category: number;
  readonly value: number;
}

/** A line for each column of numbers. */
export interface Lines {
  /** Places of the columns. */
  readonly x: number;
  readonly isTime: boolean;
  readonly values: readonly number[];
}

/** The ways that a result can be shown beside a table. */
export interface ChartChoice {
  readonly bars?: Bars;
  readonly lines?: Lines;
  /** Why there is no chart of each kind, in a sentence. */
  readonly barsProblem?: string;
  readonly linesProblem?: string;
  /** What shows the result best. */
  readonly best: 'table' | 'bars' | 'lines';
}

type ColumnKind = 'number' | 'time' | 'text' | 'none';

/** Bars beyond these are not told apart. */
const MOST_BARS = 60;
const MOST_LINES = 6;

/** Chooses the columns of charts by the values of a result. */
export function chartChoice(columns: readonly string[], rows: readonly (readonly unknown[])[]): ChartChoice {
  const kinds = columns.map((_, column) => columnKind(column, rows));
  const bars = chooseBars(kinds, rows.length);
  const lines = chooseLines(kinds, rows.length);
  const isPair = columns.length === 2;
  return {
    ...(typeof bars === 'string' ? { barsProblem: bars } : { bars }),
    ...(typeof lines === 'string' ? { linesProblem: lines } : { lines }),
    best: bestOf(isPair ? bars : '', isAllOf(lines, columns.length) ? lines : '', rows.length),
  };
}

/** The time of a value in seconds since 1970-01-01, as DuckDB writes it. Without a zone, it is UTC. */
export function timeOf(value: unknown): number | null {
  const [, date, time = '00:00', zone = 'Z'] = typeof value === 'string' ? (timePattern.exec(value) ?? []) : [];
  if (date === undefined) {
    return null;
  }
  const ms = Date.parse(`${date}T${time.slice(0, 12)}${zone.length === 3 ? `${zone}:00` : zone}`);
  return Number.isNaN(ms) ? null : ms / 1000;
}

/** The number of a value, with the digits that a JavaScript number has. Null if it is none, or not finite. */
export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? value : null;
  }
  return typeof value === 'string' && isNumberText(value) ? Number(value) : null;
}

const timePattern = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)\s?(Z|[+-]\d\d(?::\d\d)?)?)?$/;

function columnKind(column: number, rows: readonly (readonly unknown[])[]): ColumnKind {
  let kind: ColumnKind = 'none';
  for (const row of rows) {
    const value = row[column];
    if (value === null || value === undefined || notFinite.has(value)) {
      continue;
    }
    if (typeof value === 'object') {
      return 'none';
    }
    const own = numberOf(value) !== null ? 'number' : timeOf(value) !== null ? 'time' : 'text';
    if (kind !== 'none' && kind !== own) {
      return 'text';
    }
    kind = own;
  }
  return kind;
}

function chooseBars(kinds: readonly ColumnKind[], count: number): Bars | string {
  const category = kinds.findIndex((kind) => kind === 'text' || kind === 'time');
  const value = kinds.indexOf('number');
  if (value === -1) {
    return 'Bars need a column of numbers.';
  }
  if (category === -1) {
    return 'Bars need a column of text that names them.';
  }
  return count > MOST_BARS ? `Bars need at most ${MOST_BARS} rows.` : { category, value };
}

function chooseLines(kinds: readonly ColumnKind[], count: number): Lines | string {
  const time = kinds.indexOf('time');
  const x = time === -1 ? kinds.indexOf('number') : time;
  const values = kinds.flatMap((kind, column) => (kind === 'number' && column !== x ? [column] : []));
  if (x === -1 || values.length === 0) {
    return 'Lines need a column of times or numbers, and another column of numbers.';
  }
  return count < 2 ? 'Lines need at least two rows.' : { x, isTime: time !== -1, values: values.slice(0, MOST_LINES) };
}

/** Whether the lines show all columns, so that nothing is missed beside them. */
function isAllOf(lines: Lines | string, count: number): boolean {
  return typeof lines !== 'string' && lines.values.length + 1 === count;
}

function bestOf(bars: Bars | string, lines: Lines | string, count: number): ChartChoice['best'] {
  if (typeof lines !== 'string' && lines.isTime && count > 2) {
    return 'lines';
  }
  if (typeof bars !== 'string' && count > 1) {
    return 'bars';
  }
  return typeof lines !== 'string' && count > 10 ? 'lines' : 'table';
}
