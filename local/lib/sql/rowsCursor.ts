/** The place of a row of a table, before which older rows are read. */
export interface RowsCursor {
  /** The id of the table. */
  readonly tableId: string;
  /** The row's data file, as the Delta log names it. */
  readonly file: string;
  /** The position of the row in the file. */
  readonly number: number;
  /** How many rows of the table are older. Undefined if the files don't say how many rows they have. */
  readonly older?: number;
}

/** The text of a cursor, for URLs. */
export function writeCursor({ tableId, file, number, older }: RowsCursor): string {
  return Buffer.from(JSON.stringify([tableId, file, number, older ?? null])).toString('base64url');
}

/** @returns undefined if the text is not that of a cursor */
export function readCursor(text: string): RowsCursor | undefined {
  try {
    const [tableId, file, number, older] = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[];
    const isRight =
      typeof tableId === 'string' && typeof file === 'string' && isCount(number) && (older === null || isCount(older));
    return isRight ? { tableId, file, number, ...(older === null ? {} : { older }) } : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
