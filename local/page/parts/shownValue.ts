/** How a value of a row is shown in a line. */
export interface ShownValue {
  readonly kind: 'null' | 'number' | 'boolean' | 'text' | 'empty' | 'nested';
  readonly text: string;
}

const SHOWN_LENGTH = 300;

const shownNull: ShownValue = { kind: 'null', text: 'NULL' };
const shownEmpty: ShownValue = { kind: 'empty', text: 'empty text' };

/** The beginnings of nested values. Rows in sight are rendered often. */
const nestedTexts = new WeakMap<object, string>();

/** A value of a row, as `querySql` returns it, in one line that is cut if it is long. */
export function shownValue(value: unknown): ShownValue {
  if (value === null || value === undefined) {
    return shownNull;
  }
  if (typeof value === 'object') {
    return { kind: 'nested', text: nestedText(value) };
  }
  if (typeof value === 'string') {
    return value === '' ? shownEmpty : { kind: 'text', text: oneLine(value) };
  }
  return { kind: typeof value === 'number' ? 'number' : 'boolean', text: String(value) };
}

/** All of a value, over several lines if it is nested. */
export function wholeValue(value: unknown): string {
  if (typeof value === 'object' && value !== null) {
    return JSON.stringify(value, null, 2);
  }
  return value === null || value === undefined ? 'NULL' : String(value);
}

/** Whether a text is a number with all its digits, as BIGINT and DECIMAL are returned. */
export function isNumberText(text: string): boolean {
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text);
}

/** Whether a value is a number, or a text that stands for one, such as `NaN`. */
export function isNumber(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && (isNumberText(value) || notFinite.has(value)));
}

/** What JSON has no numbers for. */
export const notFinite: ReadonlySet<unknown> = new Set(['NaN', 'Infinity', '-Infinity']);

function nestedText(value: object): string {
  let text = nestedTexts.get(value);
  if (text === undefined) {
    text = oneLine(JSON.stringify(value));
    nestedTexts.set(value, text);
  }
  return text;
}

/** Without line ends, and without half a character at its end. */
function oneLine(text: string): string {
  const isLong = text.length > SHOWN_LENGTH;
  const begin = isLong ? text.slice(0, SHOWN_LENGTH).replace(/[\uD800-\uDBFF]$/, '') : text;
  return begin.replace(/\r\n|[\r\n]/g, '⏎').replace(/\t/g, '⇥') + (isLong ? '…' : '');
}
