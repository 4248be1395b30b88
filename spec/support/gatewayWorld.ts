import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readTable, type ZerobusLocal } from 'zerobus-local';
import type { EventRefusal } from '../../lib/gateway/waitingRequest.ts';
import type { ZerobusGateway } from '../../lib/gateway/zerobusGateway.ts';
import { type ZerobusGatewayOptions, zerobusGateway } from '../../operators/zerobusGateway.ts';
import { EVENTS_TABLE, type EventRow, eventsTable, type PageEvent } from './eventsTable.ts';
import { nextTurn } from './promises.ts';
import { type StartedServer, startServer } from './startServer.ts';

/** Options of a gateway in specs. */
export type WorldOptions = Partial<ZerobusGatewayOptions<unknown, EventRow, PageEvent>>;

/** What a gateway answers. */
export interface GatewayAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly durable?: number;
  readonly refused?: readonly EventRefusal[];
  readonly code?: string;
}

/** A real zerobus-local, and the gateways that a spec has opened in front of it. */
export class GatewayWorld {
  readonly zerobus: ZerobusLocal;
  readonly connection: StartedServer['connection'];
  readonly #gateways: ZerobusGateway[] = [];
  readonly #servers: Server[] = [];

  private constructor({ server, connection }: StartedServer) {
    this.zerobus = server;
    this.connection = connection;
  }

  /** Starts a zerobus-local with the table of events. */
  static async start(): Promise<GatewayWorld> {
    const sql = `CREATE TABLE ${EVENTS_TABLE} (client STRING NOT NULL, sequence BIGINT NOT NULL, kind STRING, account STRING)`;
    return new GatewayWorld(await startServer({ tables: [sql] }));
  }

  /** Opens a gateway. Rows have the client, the sequence number and the kind, unless the options change that. */
  gateway(options: WorldOptions = {}): ZerobusGateway {
    const gateway = zerobusGateway(eventsTable, {
      ...this.connection,
      recoveryBackoffMs: 1,
      authenticate: () => true,
      row: ({ kind }: PageEvent, { client, sequence }) => ({ client, sequence, kind }),
      ...options,
    });
    this.#gateways.push(gateway);
    return gateway;
  }

  /** Serves a gateway, or what is in front of it, and returns its address. */
  async serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener).listen(0, '127.0.0.1');
    this.#servers.push(server);
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Opens and serves a gateway. */
  async open(options: WorldOptions = {}): Promise<{ readonly gateway: ZerobusGateway; readonly url: string }> {
    const gateway = this.gateway(options);
    return { gateway, url: await this.serve(gateway.handle) };
  }

  /** Returns the sequence numbers of a client in the table, ascending, with repeats. */
  async stored(client: string): Promise<number[]> {
    return (await this.rows(client)).map(([sequence]) => Number(sequence));
  }

  /** Returns sequence number, kind and account of the rows of a client in the table, in ascending order. */
  async rows(client: string): Promise<(readonly unknown[])[]> {
    await this.zerobus.flush();
    const query = `SELECT sequence, kind, account FROM this WHERE client = '${client}' ORDER BY sequence`;
    const { rows } = await readTable(this.zerobus.tablePath(EVENTS_TABLE), query);
    return rows.map(([sequence, ...rest]) => [Number(sequence), ...rest]);
  }

  /** Lets no row become durable until {@link sendAcks}. */
  holdAcks(): void {
    this.zerobus.faults.dropAcks();
  }

  /** Lets gateways send again what was not acknowledged. These rows are in the table twice. */
  sendAcks(): void {
    this.zerobus.faults.clear();
    this.zerobus.faults.cutConnections();
  }

  /** Ends the gateways and their servers, whatever state a spec left them in. */
  async clear(): Promise<void> {
    this.zerobus.faults.clear();
    for (const server of this.#servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
    await Promise.allSettled(this.#gateways.splice(0).map((gateway) => gateway.drain(1000)));
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.clear();
    await this.zerobus.close();
  }
}

/** Starts a world for the specs of a suite, and ends their gateways after each. */
export function gatewayWorld(): { readonly world: GatewayWorld } {
  let world: GatewayWorld | undefined;
  beforeAll(async () => {
    world = await GatewayWorld.start();
  });
  afterEach(() => world?.clear());
  afterAll(() => world?.close());
  return {
    get world() {
      return world as GatewayWorld;
    },
  };
}

/** A client of gateways, with random id. */
export class PageClient {
  readonly id: string = randomUUID();

  /** Returns the body of a request. Events are `{}` unless given. */
  body(kept: number, sequences: readonly number[], event: (sequence: number) => unknown = () => ({})): string {
    const head = { version: 1, client: this.id, kept };
    return [head, ...sequences.map((sequence) => [sequence, event(sequence)])]
      .map((line) => JSON.stringify(line))
      .join('\n');
  }

  /** Sends events. */
  send(
    url: string,
    kept: number,
    sequences: readonly number[],
    event?: (sequence: number) => unknown,
  ): Promise<GatewayAnswer> {
    return post(url, this.body(kept, sequences, event));
  }
}

/** Sends a request and returns the answer. */
export async function post(url: string, body: string | Uint8Array, init: RequestInit = {}): Promise<GatewayAnswer> {
  const headers = { 'Content-Type': 'text/plain;charset=UTF-8', ...(init.headers as Record<string, string>) };
  const response = await fetch(url, { method: 'POST', body, ...init, headers });
  const text = await response.text();
  return { status: response.status, headers: response.headers, ...(text === '' ? {} : JSON.parse(text)) };
}

/** Returns consecutive numbers. */
export function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/** Resolves when so many events of a gateway are in flight. */
export async function inFlight(gateway: ZerobusGateway, count: number): Promise<void> {
  while (gateway.stats.inflightEvents !== count) {
    await nextTurn();
  }
}
