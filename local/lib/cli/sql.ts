import { runQuery } from '../sql/runQuery.ts';
import { checkDataDirectory } from './checkDataDirectory.ts';
import { ExactNumber } from './exactNumber.ts';
import { formatRows, type RowFormat } from './formatRows.ts';
import { requestFlush } from './requestFlush.ts';

/** Options of `zerobus-local sql`. */
export interface SqlOptions {
  readonly data: string;
  readonly format: RowFormat;
  /** Whether a running server flushes the tables of the query first. */
  readonly flush: boolean;
}

/**
 * Prints the rows of a query. If a server is running, it flushes the tables of the query first. Acknowledged rows that
 * are not in these tables yet are reported on stderr.
 */
export async function sql(query: string, { data, format, flush }: SqlOptions): Promise<void> {
  await checkDataDirectory(data);
  const unflushed = new Map<string, number>();
  let problem: string | undefined;
  try {
    const result = await runQuery(data, query, {
      inVariant: (digits) => new ExactNumber(digits),
      beforeReading: async (tables) => {
        problem = flush && tables.length > 0 ? await requestFlush(data, tables) : undefined;
      },
      onUnflushed: (table, rows) => unflushed.set(table, rows),
    });
    process.stdout.write(formatRows(result, format));
  } finally {
    reportUnflushed(unflushed, problem);
  }
}

/** @param problem why a running server could not flush the tables */
function reportUnflushed(unflushed: ReadonlyMap<string, number>, problem: string | undefined): void {
  if (problem !== undefined && unflushed.size > 0) {
    note(`The tables are read as they are, because they could not be flushed: ${problem}`);
  }
  for (const [table, rows] of unflushed) {
    const verb = rows === 1 ? 'row is' : 'rows are';
    note(
      `${rows} acknowledged ${verb} not in ${table} yet, and not in the result. The next flush of a server takes them in.`,
    );
  }
}

function note(message: string): void {
  process.stderr.write(`zerobus-local: ${message}\n`);
}
