/** A change of a value somewhere in JSON text. Positions are parts of the whole, from 0 to 1. */
export interface JsonChange {
  /** Which line of an input is changed, if the whole is not JSON. */
  readonly line: number;
  /** Which value in the text is changed. */
  readonly value: number;
  /** The JSON text that it becomes, or `undefined` to remove it. */
  readonly becomes: string | undefined;
}

/** A text that stands for the new value in between, since JSON.stringify can't write all that JSON.parse reads. */
const MARK = '@changed@';
/** The mark in quotes, with the backslashes in front of the first one. */
const markPattern: RegExp = new RegExp(`(\\\\*)"${MARK}\\\\*"`);

/**
 * Changes one value in an input that is JSON, or has a line that is. JSON in the strings of JSON is changed too, as
 * Delta's schemas are. Other inputs stay as they are.
 */
export function changedJson(input: Buffer, change: JsonChange): Buffer {
  const lines = input.toString('utf8').split('\n');
  const whole = changedText(lines.join('\n'), change);
  if (whole !== undefined) {
    return Buffer.from(whole);
  }
  const at = Math.min(Math.floor(change.line * lines.length), lines.length - 1);
  const line = changedText(lines[at] ?? '', change);
  return line === undefined ? input : Buffer.from([...lines.slice(0, at), line, ...lines.slice(at + 1)].join('\n'));
}

/** @returns undefined if the text is no JSON from its first bracket on, or is nested too deeply to be written */
function changedText(text: string, change: JsonChange): string | undefined {
  const start = text.search(/[[{]/);
  const json = start < 0 ? undefined : parsed(text.slice(start));
  if (json === undefined) {
    return undefined;
  }
  try {
    const changed = replaced(json, change, { left: Math.floor(change.value * countOf(json)) });
    const marked = JSON.stringify(changed) ?? '';
    const becomes = (_mark: string, backslashes: string): string => escaped(change.becomes ?? '', backslashes.length);
    return text.slice(0, start) + marked.replace(markPattern, becomes);
  } catch {
    return undefined;
  }
}

/** The JSON text of a value, escaped for as many strings around it as the number of backslashes says. */
function escaped(text: string, backslashes: number): string {
  return backslashes === 0 ? text : escaped(JSON.stringify(text).slice(1, -1), (backslashes - 1) / 2);
}

/** The number of values in a value, itself included. */
function countOf(value: unknown): number {
  const inner = innerOf(value);
  return 1 + Object.values(inner ?? {}).reduce<number>((sum, each) => sum + countOf(each), 0);
}

/** Replaces the value that comes after the number of values that are left. */
function replaced(value: unknown, change: JsonChange, counter: { left: number }): unknown {
  if (counter.left-- === 0) {
    return change.becomes === undefined ? undefined : MARK;
  }
  const inner = innerOf(value);
  if (inner === undefined) {
    return value;
  }
  const changed = Array.isArray(inner)
    ? inner.map((each) => replaced(each, change, counter))
    : Object.fromEntries(Object.entries(inner).map(([key, each]) => [key, replaced(each, change, counter)]));
  return typeof value === 'string' ? JSON.stringify(changed) : changed;
}

/** The values in an array, an object, or JSON text. */
function innerOf(value: unknown): object | undefined {
  const inner = typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value;
  return typeof inner === 'object' && inner !== null ? inner : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
