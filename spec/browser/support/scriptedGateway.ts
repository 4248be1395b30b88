import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { pageBundle } from './pageBundle.ts';
import { servePage } from './servePage.ts';

/** A request as it came in. */
export interface ReceivedRequest {
  readonly method: string;
  readonly client: string;
  readonly kept: number;
  readonly events: readonly (readonly [sequence: number, value: unknown])[];
  readonly bytes: number;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly isBeacon: boolean;
}

/** What the gateway does with a request: the rows become durable, or not, and an answer is sent, or not. */
export type Act =
  | 'answer'
  /** The rows are durable, and the answer never comes. */
  | 'hold'
  /** Nothing is written, and the answer never comes. */
  | 'ignore'
  /** The rows are durable, and the connection is reset. */
  | 'loseAnswer'
  | 'reset'
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | { readonly refuse: readonly number[] };

/**
 * A gateway that speaks the protocol of `docs/gateway.md`, with faults that a spec scripts, and the pages that talk to
 * it. Its table is a map: what the protocol promises is checked at each request.
 */
export class ScriptedGateway {
  /** Decides on each request. Defaults to an answer. */
  act: (request: ReceivedRequest) => Act = () => 'answer';
  readonly requests: ReceivedRequest[] = [];
  /** The rows, by `client/sequence`. */
  readonly rows: Map<string, unknown> = new Map();
  /** What broke the protocol. */
  readonly complaints: string[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #kept = new Map<string, number>();
  readonly #onWay = new Set<string>();
  readonly #waiting: (() => void)[] = [];

  private constructor(program: string) {
    this.#server = createServer((request, response) => this.#serve(request, response, program));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(port = 0): Promise<ScriptedGateway> {
    const gateway = new ScriptedGateway(await pageBundle());
    await gateway.listen(port);
    return gateway;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The values of the rows in the order of their sequence numbers, of all clients. */
  get values(): readonly unknown[] {
    const sequence = (key: string): number => Number(key.split('/')[1]);
    return [...this.rows].sort(([a], [b]) => sequence(a) - sequence(b)).map(([, value]) => value);
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
  }

  /** Closes every connection and the port, as if the process was killed. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      for (const socket of this.#sockets) {
        socket.destroy();
      }
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Resolves when a condition holds, which is looked at after each request. */
  until(condition: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const check = (): void => (condition() ? resolve() : undefined);
      this.#waiting.push(check);
      check();
    });
  }

  #serve(request: IncomingMessage, response: ServerResponse, program: string): void {
    if (request.url !== '/events') {
      servePage(request, response, program);
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const received = parse(request, Buffer.concat(chunks));
      this.requests.push(received);
      this.#check(received);
      const act = this.act(received);
      this.#perform(act, received, response);
      // A request that is never answered may be one of a page that is gone.
      if (!received.isBeacon && act !== 'hold' && act !== 'ignore' && !response.closed) {
        this.#onWay.add(received.client);
        response.on('close', () => this.#onWay.delete(received.client));
      }
      for (const check of this.#waiting) {
        check();
      }
    });
  }

  /** What a gateway may rely on. */
  #check({ client, kept, events, isBeacon, bytes }: ReceivedRequest): void {
    const sequences = events.map(([sequence]) => sequence);
    const [first = 0] = sequences;
    const rules: readonly (readonly [boolean, string])[] = [
      [sequences.every((each, index) => index === 0 || each > (sequences[index - 1] ?? 0)), 'sequences rise'],
      [kept <= first, 'nothing below kept is sent'],
      [kept >= (this.#kept.get(client) ?? 0) || isBeacon, 'kept never goes back'],
      [events.length > 0 && events.length <= 500, 'at most 500 events'],
      [bytes <= (isBeacon ? 16 * 1024 : 257 * 1024), 'the size of a request'],
      [isBeacon || !this.#onWay.has(client), 'one request at a time'],
    ];
    this.#kept.set(client, Math.max(kept, this.#kept.get(client) ?? 0));
    this.complaints.push(
      ...rules.filter(([holds]) => !holds).map(([, rule]) => `${rule}: ${client} ${kept} ${sequences}`),
    );
  }

  #perform(act: Act, received: ReceivedRequest, response: ServerResponse): void {
    if (act === 'reset' || act === 'loseAnswer') {
      if (act === 'loseAnswer') {
        this.#write(received, []);
      }
      response.destroy();
    } else if (act === 'hold') {
      this.#write(received, []);
    } else if (typeof act === 'object' && 'status' in act) {
      response.writeHead(act.status, { 'content-type': 'application/json', ...act.headers });
      response.end(act.body ?? JSON.stringify({ code: 'REFUSED', message: 'As the spec says.' }));
    } else if (act !== 'ignore') {
      const refused = act === 'answer' ? [] : act.refuse;
      this.#write(received, refused);
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({
          durable: received.events.at(-1)?.[0],
          refused: refused.map((sequence) => ({ sequence, code: 'INVALID_RECORD', message: 'No such column.' })),
        }),
      );
    }
  }

  #write({ client, events }: ReceivedRequest, refused: readonly number[]): void {
    for (const [sequence, value] of events) {
      const key = `${client}/${sequence}`;
      if (this.rows.has(key) && JSON.stringify(this.rows.get(key)) !== JSON.stringify(value)) {
        this.complaints.push(`two values of ${key}`);
      }
      if (!refused.includes(sequence)) {
        this.rows.set(key, value);
      }
    }
  }
}

function parse(request: IncomingMessage, body: Buffer): ReceivedRequest {
  const [head = '{}', ...lines] = body.toString().split('\n');
  const { client = '', kept = 0 } = (body.length === 0 ? {} : JSON.parse(head)) as { client?: string; kept?: number };
  return {
    method: request.method ?? '',
    client,
    kept,
    events: lines.map((line) => JSON.parse(line) as [number, unknown]),
    bytes: body.length,
    authorization: request.headers.authorization,
    contentType: request.headers['content-type'],
    isBeacon: request.headers['sec-fetch-mode'] === 'no-cors',
  };
}
