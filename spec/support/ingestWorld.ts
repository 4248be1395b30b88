import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { readTable } from 'zerobus-local';
import { type CommandOutcome, environmentOf, runHere } from './ingestRun.ts';
import { type StartedServer, startServer } from './startServer.ts';

/** A server with tables of some columns, and a folder for files, to run `rxjs-zerobus ingest` in this process. */
export class IngestWorld {
  readonly started: StartedServer;
  /** A new folder, while a spec runs. */
  folder = '';

  private constructor(started: StartedServer) {
    this.started = started;
  }

  /**
   * @param columns the columns of each table, in parentheses
   * @param names the names of the tables in `main.iot`
   */
  static async start(columns: string, names: readonly string[]): Promise<IngestWorld> {
    const tables = names.map((name) => `CREATE TABLE main.iot.${name} ${columns}`);
    return new IngestWorld(await startServer({ tables }));
  }

  get env(): Readonly<Record<string, string>> {
    return environmentOf(this.started);
  }

  close(): Promise<void> {
    return this.started.server.close();
  }

  makeFolder(): void {
    this.folder = mkdtempSync(join(tmpdir(), 'zerobus-ingest-'));
  }

  removeFolder(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Writes a file into the folder, and returns its path. */
  write(name: string, content: string | Buffer): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }

  ingest(table: string, args: readonly string[], stdin?: string | Readable): Promise<CommandOutcome> {
    return runHere(['ingest', ...args, '--table', `main.iot.${table}`], this.env, stdin);
  }

  /** Returns the rows of a table in the order of `id`. */
  async rows(table: string, columns: string): Promise<readonly (readonly unknown[])[]> {
    const { server } = this.started;
    await server.flush();
    return (await readTable(server.tablePath(`main.iot.${table}`), `SELECT ${columns} FROM this ORDER BY id`)).rows;
  }
}
