import { execFile } from 'node:child_process';
import { readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { parseLogFileName } from '../../../lib/delta/logFileName.ts';
import { type DeltaColumn, type DeltaTable, fullTableName } from '../../../lib/schema/deltaType.ts';
import type { ZerobusLocal } from '../../../lib/zerobusLocal.ts';
import { type DayRange, type ExpectedValue, rowLine, rowsArbitrary } from '../../flush/columnArbitrary.ts';
import { insert } from '../../support/rest.ts';

/** ClickHouse's own range of dates: the years 1900 to 2299. */
export const days: DayRange = { first: -25_567, last: 120_529 };
const SEED = 20_260_101;

/** A table of a shape, and the rows that it must have. */
export class ShapeTable {
  readonly zerobus: ZerobusLocal;
  readonly fullName: string;
  /** The rows written so far by the names of their columns, in the form of a query's result. */
  readonly expected: Readonly<Record<string, unknown>>[] = [];

  constructor(zerobus: ZerobusLocal, fullName: string) {
    this.zerobus = zerobus;
    this.fullName = fullName;
  }

  get path(): string {
    return this.zerobus.tablePath(this.fullName);
  }

  get columns(): readonly DeltaColumn[] {
    return this.#definition?.columns ?? [];
  }

  /**
   * Writes random rows, always the same.
   *
   * @param commits how many commits they are spread over. Defaults to 1.
   * @param columns the columns that have values. Defaults to all of the table.
   */
  async writeRandom(commits = 1, columns: readonly DeltaColumn[] = this.columns): Promise<void> {
    const others = columns.filter(({ name }) => name !== 'n');
    for (let commit = 0; commit < commits; commit++) {
      const seed = SEED + this.expected.length;
      const rows = fc.sample(rowsArbitrary(others, days), { seed, numRuns: 4 }).flat().filter(isJson);
      const records = rows.map((row) => rowLine(others, row).trim());
      await this.write(
        records.map((record, index) => [record, this.#withNullPartitions(readForm(others, rows[index] ?? []))]),
      );
    }
  }

  /** Writes rows in one commit: the text of each record without `n`, and what must be read. */
  async write(rows: readonly (readonly [record: string, read: Readonly<Record<string, unknown>>])[]): Promise<void> {
    const first = this.expected.length;
    const records = rows.map(
      ([record], index) => `{"n":${first + index}${record === '{}' ? '}' : `,${record.slice(1)}`}`,
    );
    const { status, body } = await insert(this.zerobus, this.fullName, `[${records.join()}]`);
    if (status !== 200) {
      throw new Error(`${this.fullName} has refused its rows: ${body.message}`);
    }
    this.expected.push(...rows.map(([, read], index) => ({ n: first + index, ...read })));
    await this.zerobus.flush();
  }

  get #definition(): DeltaTable | undefined {
    return this.zerobus.tables.find((table) => fullTableName(table) === this.fullName);
  }

  /** In a partition column, Delta has no empty text: it is null. */
  #withNullPartitions(read: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
    const partitionColumns = this.#definition?.partitionColumns ?? [];
    return Object.fromEntries(
      Object.entries(read).map(([name, value]) => [
        name,
        value === '' && partitionColumns.includes(name) ? null : value,
      ]),
    );
  }

  /** Alters the table, while the server runs. @param clause follows `ALTER TABLE` and the name */
  async alter(clause: string): Promise<void> {
    const response = await fetch(`${this.zerobus.workspaceUrl}/api/local/alter`, {
      method: 'POST',
      body: `ALTER TABLE ${this.fullName} ${clause}`,
    });
    if (!response.ok) {
      throw new Error(`${this.fullName} can't be altered: ${await response.text()}`);
    }
  }

  /** Merges the small files of the table by the command, while the server runs. */
  async optimize(): Promise<void> {
    const command = fileURLToPath(new URL('../../../lib/cli/main.js', import.meta.url));
    const { dataDir } = this.zerobus;
    await promisify(execFile)(process.execPath, [command, 'optimize', this.fullName, '--data', dataDir]);
  }

  /** Deletes the commits that the newest checkpoint makes superfluous. */
  removeOldCommits(): void {
    const folder = join(this.path, '_delta_log');
    const files = readdirSync(folder)
      .map(parseLogFileName)
      .filter((file) => file !== undefined);
    const checkpoint = Math.max(...files.map((file) => (file.kind === 'checkpoint' ? file.version : -1)));
    for (const file of files) {
      if (file.kind === 'commit' && file.version < checkpoint) {
        unlinkSync(join(folder, file.name));
      }
    }
  }
}

/** Zerobus' JSON has no numbers that are not finite. */
function isJson(row: readonly ExpectedValue[]): boolean {
  return row.every(({ json }) => !/"(?:NaN|-?Infinity)"/.test(json));
}

/** Binaries are read as hexadecimal digits. */
function readForm(columns: readonly DeltaColumn[], row: readonly ExpectedValue[]): Readonly<Record<string, unknown>> {
  const entries = columns.map(({ name, type }, index) => {
    const { json, read } = row[index] ?? { json: 'null', read: null };
    const isBinary = type.kind === 'binary' && read !== null;
    return [name, isBinary ? Buffer.from(JSON.parse(json), 'base64').toString('hex').toUpperCase() : read];
  });
  return Object.fromEntries(entries);
}
