import type { StreamOptions } from '../../../lib/stream/streamOptions.ts';
import { ClientBooks, type Ending } from '../clientBooks.ts';
import { type Burst, RowSource } from '../rowSource.ts';
import type { RunClient } from './clientSetting.ts';
import { runSdk } from './runSdk.ts';
import { runThroughZerobus } from './runThroughZerobus.ts';
import { runToZerobus } from './runToZerobus.ts';

/** The clients of a group, by name. */
const clients: readonly (readonly [string, RunClient])[] = [
  ['toZerobus', runToZerobus],
  ['throughZerobus', runThroughZerobus],
  ['ZerobusStream', runSdk],
];

/** How many clients a group has. */
export const GROUP_SIZE: number = clients.length;

/** How many numbers of rows there are for each client. */
const NUMBERS_EACH = 70_000_000;

/** The addresses of a client, which differ if each has a proxy of its own. */
export interface ClientAddresses {
  readonly endpoint: string;
  readonly workspaceUrl: string;
}

/** Options of {@link ClientGroup}. */
export interface ClientGroupOptions {
  /** The number of the group on its server. */
  readonly number: number;
  /** The addresses for each client. */
  readonly addresses: (index: number) => ClientAddresses;
  readonly bursts: readonly Burst[];
  /** How many rows each client sends. Defaults to no limit. */
  readonly rows?: number;
  readonly ending: Ending;
  readonly options: StreamOptions;
}

/** One client of each kind, which send at the same time. */
export class ClientGroup {
  readonly books: readonly ClientBooks[];
  /** Resolves when all clients have ended. */
  readonly ended: Promise<unknown>;
  readonly #sources: readonly RowSource[];

  constructor({ number, addresses, bursts, rows, ending, options }: ClientGroupOptions) {
    const firsts = clients.map((_, index) => (number * GROUP_SIZE + index) * NUMBERS_EACH);
    this.books = clients.map(([name], index) => new ClientBooks(`${name} of group ${number}`, firsts[index] ?? 0));
    this.#sources = firsts.map((first) => new RowSource(first, bursts, rows));
    this.ended = Promise.all(
      this.books.map(async (books, index) => {
        const [, run] = clients[index] ?? [];
        const source = this.#sources[index];
        if (run !== undefined && source !== undefined) {
          const outcome = await run({ ...addresses(index), options, source, books });
          books.close(outcome, ending);
        }
      }),
    );
  }

  /** Ends the sources. The clients end when everything is durable. */
  endSources(): void {
    for (const source of this.#sources) {
      source.end();
    }
  }
}
