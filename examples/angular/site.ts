import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readTable, startZerobusLocal, type ZerobusLocal } from 'zerobus-local';
import { CREATE_EVENTS_TABLE, EVENTS_TABLE } from './eventsTable.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** The folder that the Angular CLI builds the application into. */
export const APPLICATION: string = `${root}examples/angular/dist/browser`;

/** Options of a {@link Site}. */
export interface SiteOptions {
  /** The port of the page. Defaults to any that is free. */
  readonly port?: number;
  /** Called when the server has ended by itself, before another one is started. */
  readonly onRestart?: (how: string) => void;
  /** Called with the process of each server that listens. */
  readonly onStart?: (pid: number) => void;
}

/** zerobus-local, and the server of the application in a process of its own, which is started again if it dies. */
export class Site {
  readonly #zerobus: ZerobusLocal;
  readonly #options: SiteOptions;
  readonly #secret = randomBytes(32).toString('base64url');
  #port: number;
  #server: ChildProcess | undefined;
  #isClosing = false;
  #starting: Promise<void> | undefined;

  private constructor(zerobus: ZerobusLocal, options: SiteOptions) {
    this.#zerobus = zerobus;
    this.#options = options;
    this.#port = options.port ?? 0;
  }

  /** Starts both. */
  static async start(options: SiteOptions = {}): Promise<Site> {
    const zerobus = await startZerobusLocal({ tables: [CREATE_EVENTS_TABLE] });
    const site = new Site(zerobus, options);
    try {
      await site.#start();
      return site;
    } catch (error) {
      await site.close();
      throw error;
    }
  }

  /** The address of the page. */
  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Runs a query over the table, which it names `this`. Every durable row is in it. */
  async query(sql: string): Promise<readonly (readonly unknown[])[]> {
    await this.#zerobus.flush();
    return (await readTable(this.#zerobus.tablePath(EVENTS_TABLE), sql)).rows;
  }

  /** The number of rows that are durable, without a query. */
  get durableRows(): number {
    return this.#zerobus.counters(EVENTS_TABLE).acceptedRows;
  }

  /** Kills the server with SIGKILL, and resolves when another one listens. */
  async killServer(): Promise<void> {
    const server = this.#server;
    if (server !== undefined) {
      server.kill('SIGKILL');
      await once(server, 'exit');
      await this.#starting;
    }
  }

  /** Drains the server, and ends both. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#starting?.catch(() => undefined);
    const server = this.#server;
    if (server !== undefined && server.exitCode === null && server.signalCode === null) {
      server.kill('SIGTERM');
      await once(server, 'exit');
    }
    await this.#zerobus.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #start(): Promise<void> {
    const { endpoint, workspaceUrl, dataDir } = this.#zerobus;
    const server = fork(fileURLToPath(new URL('server.js', import.meta.url)), {
      env: {
        ...process.env,
        ZEROBUS_ENDPOINT: endpoint,
        DATABRICKS_HOST: workspaceUrl,
        DATABRICKS_CLIENT_ID: 'example',
        DATABRICKS_CLIENT_SECRET: 'example-secret',
        LOCAL_DATA: dataDir,
        SESSION_SECRET: this.#secret,
        PORT: String(this.#port),
        APPLICATION,
      },
    });
    this.#server = server;
    const early = once(server, 'exit').then(([code, signal]) => {
      throw new Error(`The server has ended with ${signal ?? code} before it listened.`);
    });
    const [port] = await Promise.race([once(server, 'message'), early]);
    early.catch(() => undefined);
    this.#port = port;
    this.#options.onStart?.(server.pid ?? 0);
    server.on('exit', (code, signal) => this.#onExit(String(signal ?? code)));
  }

  #onExit(how: string): void {
    if (!this.#isClosing) {
      this.#options.onRestart?.(how);
      this.#starting = this.#start();
    }
  }
}
