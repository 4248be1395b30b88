import { Allowance } from './allowance.ts';
import type { GatewayClient } from './gatewayClient.ts';
import type { ResolvedRequestOptions } from './gatewayOptions.ts';
import { KnownSequences } from './knownSequences.ts';
import { windowFull } from './windowFull.ts';

/** Options of {@link GatewayClients}. */
type ClientsOptions = Pick<ResolvedRequestOptions, 'durableSequences' | 'maxClients' | 'maxRequestsPerMinute'>;

/** The clients that a gateway knows, the one that has sent last at the end. */
export class GatewayClients {
  readonly #options: ClientsOptions;
  readonly #now: () => number;
  readonly #clients = new Map<string, GatewayClient>();

  /** @param now returns the time in milliseconds */
  constructor(options: ClientsOptions, now: () => number) {
    this.#options = options;
    this.#now = now;
  }

  /** The number of clients. */
  get size(): number {
    return this.#clients.size;
  }

  /**
   * Returns a client, and makes room for one that is not known by forgetting another one.
   *
   * @param kept the lowest sequence number that the client still keeps
   * @throws {@link RequestError} `WINDOW_FULL` if all clients have something on its way
   */
  get(id: string, kept: number): GatewayClient {
    const known = this.#clients.get(id);
    if (known !== undefined) {
      this.#clients.delete(id);
      this.#clients.set(id, known);
      return known;
    }
    if (this.#clients.size >= this.#options.maxClients) {
      this.#forgetOne();
    }
    const sequences = new KnownSequences(kept - 1);
    const client: GatewayClient = {
      id,
      known: sequences,
      inFlight: new Map(),
      allowance: new Allowance(this.#options.maxRequestsPerMinute, this.#now()),
      requestCount: 0,
      ready: this.#ask(id, kept, sequences),
    };
    this.#clients.set(id, client);
    return client;
  }

  /** Forgets a client about which the table could not be asked, so that the next request asks again. */
  forget(client: GatewayClient): void {
    if (this.#clients.get(client.id) === client) {
      this.#clients.delete(client.id);
    }
  }

  #forgetOne(): void {
    for (const client of this.#clients.values()) {
      if (client.inFlight.size === 0 && client.requestCount === 0) {
        this.#clients.delete(client.id);
        return;
      }
    }
    throw windowFull();
  }

  #ask(id: string, kept: number, sequences: KnownSequences): Promise<void> | undefined {
    const { durableSequences } = this.#options;
    if (durableSequences === undefined) {
      return undefined;
    }
    const ready = (async () => {
      const durable = [...(await durableSequences(id, kept))].map(Number);
      const wrong = durable.find((each) => !Number.isSafeInteger(each));
      if (wrong !== undefined) {
        throw new TypeError(`durableSequences must return sequence numbers, got ${wrong}.`);
      }
      for (const sequence of durable.sort((a, b) => a - b)) {
        sequences.add(sequence);
      }
    })();
    // The requests that wait for it report it.
    ready.catch(() => {});
    return ready;
  }
}
