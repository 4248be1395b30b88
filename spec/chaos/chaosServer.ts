import type { ChildProcess } from 'node:child_process';
import { freePort } from '../support/freePort.ts';
import { type StartingServer, spawnServer, stopProcess } from '../support/serverProcess.ts';
import { chaosTables } from './chaosTable.ts';
import { credentials } from './clients/clientSetting.ts';

/** A zerobus-local that is started on the same ports again and again, in a process of its own and with auth on. */
export class ChaosServer {
  readonly port: number;
  readonly httpPort: number;
  /** The lines that the servers have printed on stderr. */
  readonly errors: string[] = [];
  readonly #args: readonly string[];
  readonly #death = new AbortController();
  #running: ChildProcess | undefined;

  private constructor(dataDir: string, port: number, httpPort: number) {
    this.port = port;
    this.httpPort = httpPort;
    this.#args = [
      ...['--data', dataDir, '--port', `${port}`, '--http-port', `${httpPort}`],
      ...['--client-id', credentials.clientId, '--client-secret', credentials.clientSecret],
      // Short, so that a server does everything in the second that it lives.
      ...['--flush-interval', '100ms', '--optimize-after', '4'],
      ...chaosTables.flatMap((table) => ['--table', table]),
    ];
  }

  /** Chooses ports for a server of a data directory. */
  static async for(dataDir: string): Promise<ChaosServer> {
    return new ChaosServer(dataDir, await freePort(), await freePort());
  }

  /** Aborts if a server ends by itself. */
  get died(): AbortSignal {
    return this.#death.signal;
  }

  /** Starts the server, without waiting until it listens. */
  start(): StartingServer {
    const server = spawnServer(this.#args, { onError: (line) => this.errors.push(line), isDetached: true });
    this.#running = server.process;
    server.process.once('exit', (code, signal) => {
      if (this.#running === server.process) {
        this.#death.abort(new Error(`the server has ended by itself with ${code ?? signal}`));
      }
    });
    // It is killed before it listens, too.
    server.listens.catch(() => undefined);
    return server;
  }

  /**
   * Ends the server if it runs.
   *
   * @returns whether it has ended as the signal asks for
   */
  async end(signal: 'SIGKILL' | 'SIGINT'): Promise<boolean> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) {
      return false;
    }
    if (running.exitCode === null && running.signalCode === null) {
      await stopProcess(running, signal);
    }
    return signal === 'SIGKILL' ? running.signalCode === signal : running.exitCode === 0;
  }
}
