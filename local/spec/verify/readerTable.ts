import { isDeepStrictEqual } from 'node:util';
import { holdsVariants } from '../../lib/flush/columnShape.ts';
import type { DeltaColumn, DeltaType } from '../../lib/schema/deltaType.ts';
import { comparable } from './kernelForm.ts';
import type { ReadOutcome } from './readers/reader.ts';
import type { ShapeTable } from './shapes/shapeTable.ts';

const MAX_MESSAGE_LENGTH = 160;

/** What a reader makes of a table, in words. */
export interface Cell {
  readonly text: string;
  /** Whether the reader reads other values than were written, in a way that is not known. */
  readonly isWrong: boolean;
}

/** Compares what a reader has read with what was written. */
export function cellOf(table: ShapeTable, outcome: ReadOutcome): Cell {
  if ('error' in outcome) {
    return { text: `refuses: ${shortMessage(outcome.error, table.path)}`, isWrong: false };
  }
  const { columns, expected } = table;
  const rows = [...outcome.rows].sort((one, other) => Number(one['n']) - Number(other['n']));
  if (rows.length !== expected.length) {
    return { text: `reads ${rows.length} of ${expected.length} rows`, isWrong: true };
  }
  const losses = columns.map((column) => lossOf(column, rows, expected)).filter((loss) => loss !== undefined);
  if (losses.length === 0) {
    return { text: 'ok', isWrong: false };
  }
  const texts = [...new Set(losses.map(({ text }) => text))];
  return { text: `reads, but ${texts.join('; ')}`, isWrong: losses.some(({ isWrong }) => isWrong) };
}

function lossOf(
  column: DeltaColumn,
  rows: readonly Readonly<Record<string, unknown>>[],
  expected: readonly Readonly<Record<string, unknown>>[],
): Cell | undefined {
  const { name, type } = column;
  const valuesOf = (all: typeof rows, keepsNulls: boolean) =>
    all.map((row) => comparable(type, row[name] ?? null, keepsNulls));
  if (isDeepStrictEqual(valuesOf(rows, true), valuesOf(expected, true))) {
    return undefined;
  }
  if (isDeepStrictEqual(valuesOf(rows, false), valuesOf(expected, false))) {
    return { text: 'a NULL array, map or struct is empty', isWrong: false };
  }
  if (holdsVariants([column]) && rows.every((row) => hasEncodedVariants(type, row[name]))) {
    return { text: 'VARIANT is its binary encoding', isWrong: false };
  }
  const [read, written] = [valuesOf(rows, true), valuesOf(expected, true)];
  const unlike = read.findIndex((value, index) => !isDeepStrictEqual(value, written[index]));
  const text = `column ${name} has ${shortText(read[unlike])} for ${shortText(written[unlike])}`;
  return { text, isWrong: true };
}

/** Whether each variant in the value is a group of two binaries. */
function hasEncodedVariants(type: DeltaType, value: unknown): boolean {
  if (value === null || value === undefined) {
    return true;
  }
  switch (type.kind) {
    case 'variant':
      return typeof value === 'object' && 'metadata' in value && 'value' in value;
    case 'array':
      return (value as readonly unknown[]).every((item) => hasEncodedVariants(type.element, item));
    case 'map':
      return (value as readonly { readonly value: unknown }[]).every((entry) =>
        hasEncodedVariants(type.value, entry.value),
      );
    case 'struct':
      return type.fields.every((field) =>
        hasEncodedVariants(field.type, (value as Readonly<Record<string, unknown>>)[field.name]),
      );
    default:
      return true;
  }
}

function shortText(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 60);
}

/** The first line without paths, which differ between machines. */
function shortMessage(message: string, tablePath: string): string {
  const [line = ''] = message.replaceAll(tablePath, 'the table').trim().split('\n');
  const text = line
    .replaceAll(/(?:file:\/\/)?\/[\w./-]{8,}/g, '…')
    .replaceAll('|', '\\|')
    .replaceAll('<', '\\<');
  return text.length > MAX_MESSAGE_LENGTH ? `${text.slice(0, MAX_MESSAGE_LENGTH)}…` : text;
}

/** Replaces what is between the markers of a document. */
export function withReaderTable(
  document: string,
  header: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const lines = [header, header.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
  return document.replace(
    /(<!-- readers -->)[\s\S]*(<!-- \/readers -->)/,
    (_match, start: string, end: string) => `${start}\n\n${lines.join('\n')}\n\n${end}`,
  );
}
