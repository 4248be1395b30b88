import type { IncomingMessage } from 'node:http';
import { checkFunction } from '../errors/checkFunction.ts';
import type { NamesOf } from '../errors/checkNames.ts';
import { integerAtLeast, timerDelay } from '../errors/checkNumber.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { ZerobusRecord } from '../stream/streamTable.ts';
import type { UntypedRow } from '../table/rowOf.ts';
import { checkOrigins } from './origins.ts';

/** A request as a gateway takes it. */
export type GatewayRequest = IncomingMessage & {
  /** The body as text or bytes, if something in front of the gateway has read it, such as a body parser. */
  readonly body?: unknown;
  /** The same, for parsers that keep the bytes beside what they have made of them. */
  readonly rawBody?: unknown;
};

/** The sender of an event: what `row` makes the columns of the server from. */
export interface EventContext<Identity = unknown> {
  /** The UUID of the client, which is one for each browser profile and database of events. */
  readonly client: string;
  /**
   * The sequence number of the event. A table has each pair of client and sequence number once, see `durableSequences`.
   */
  readonly sequence: number;
  /** What `authenticate` has returned. */
  readonly identity: Identity;
  /** The time when the gateway has read the request, in milliseconds since 1970. */
  readonly receivedAt: number;
  /** The request, for its headers and its address. */
  readonly request: GatewayRequest;
}

/** A client that asks to be taken in. */
export interface ClientContext<Identity = unknown> {
  /** The UUID of the client. */
  readonly client: string;
  /** What `authenticate` has returned. */
  readonly identity: Identity;
  /** The request, for its headers and its address. */
  readonly request: GatewayRequest;
}

/** An event that has no row and never will. */
export interface RefusedEvent {
  /** The UUID of the client. */
  readonly client: string;
  /** The sequence number of the event. */
  readonly sequence: number;
  /** The reason. Its `unacked` has the row, if there is one. */
  readonly error: ZerobusError;
}

/** The options of a gateway that are not those of its stream. */
export interface RequestOptions<Identity = unknown, Row = ZerobusRecord, Event = UntypedRow> {
  /**
   * Returns the identity behind a request, for `authorize` and `row`, or a promise of it. If it returns `undefined`,
   * `null` or `false`, throws or rejects, the request is answered with 401. For pages that everyone may use, return
   * `true`. Required.
   */
  readonly authenticate: (
    request: GatewayRequest,
  ) => Identity | undefined | null | false | PromiseLike<Identity | undefined | null | false>;
  /**
   * Returns whether a client belongs to an identity, or a promise of that. If it does not return `true`, the request is
   * answered with 403. Client ids are random, so a program can know only its own, unless readers of the table see them.
   * Defaults to any client for any identity.
   */
  readonly authorize?: ((context: ClientContext<Identity>) => boolean | PromiseLike<boolean>) | undefined;
  /**
   * Returns the row of an event, at once, with the columns that the server sets, or `undefined` if the event has no
   * row. It is a pure function of trusted code: the shape of `event` is whatever a page has sent. If it throws, the
   * event is refused. The message of a `ZerobusError` is sent to the page, any other is not. Defaults to the event
   * itself.
   */
  readonly row?: ((event: Event, context: EventContext<Identity>) => Row | Uint8Array | undefined) | undefined;
  /**
   * The origins whose pages may send events besides the gateway's own, such as `https://shop.example`. `*` lets any
   * page send: do not authenticate by cookies then, since any page can send those of its visitors. A request without an
   * origin does not come from a page, and is left to `authenticate`. Defaults to `[]`.
   */
  readonly origins?: readonly string[] | undefined;
  /**
   * Returns the sequence numbers of a client from `from` on that the table holds, or a promise of them. It is called
   * when the gateway sees a client for the first time, so that events whose answer was lost with an earlier gateway
   * are not written again. If it fails, the request is answered with 503. Rows can be read some seconds after they are
   * durable: let it wait as long after a restart. Defaults to none.
   */
  readonly durableSequences?:
    | ((client: string, from: number) => SequenceNumbers | PromiseLike<SequenceNumbers>)
    | undefined;
  /** Called with each event that is refused, such as to log it. What it throws is ignored. Defaults to none. */
  readonly refused?: ((event: RefusedEvent) => void) | undefined;
  /**
   * Called with what `authenticate`, `authorize` or `durableSequences` has thrown, since the answer does not say it.
   * What it throws is ignored. Defaults to none.
   */
  readonly failed?: ((error: unknown) => void) | undefined;
  /** The most bytes of a request, at least 1. One more is answered with 413. Defaults to `1048576` (1 MiB). */
  readonly maxRequestBytes?: number | undefined;
  /**
   * The most bytes of all requests that are not answered, at least 1. One more is answered with 503. Defaults to
   * `67108864` (64 MiB).
   */
  readonly maxPendingBytes?: number | undefined;
  /**
   * The most requests of a client per minute, at least 1, which may all come at once. One more is answered with 429.
   * Defaults to `600`.
   */
  readonly maxRequestsPerMinute?: number | undefined;
  /**
   * The most clients that the gateway knows, at least 1. One more, and the one that has not sent for the longest time
   * is forgotten, but none with a request or an event on its way. Defaults to `10000`.
   */
  readonly maxClients?: number | undefined;
  /** The longest time until a body has arrived, in milliseconds. After it, the answer is 503. Defaults to `10000`. */
  readonly bodyTimeoutMs?: number | undefined;
  /**
   * The longest time until a request is answered, in milliseconds. After it, the answer is 503, and its events stay in
   * flight: a repeat waits for the same rows. Keep it below the timeout of a proxy, which is 60,000 in nginx. Defaults
   * to `30000`.
   */
  readonly answerTimeoutMs?: number | undefined;
}

/** Sequence numbers as a query returns them, in any order. */
export type SequenceNumbers = Iterable<number | bigint | string>;

/** The names of {@link RequestOptions}. */
export const requestOptionNames: NamesOf<RequestOptions> = {
  authenticate: true,
  authorize: true,
  row: true,
  origins: true,
  durableSequences: true,
  refused: true,
  failed: true,
  maxRequestBytes: true,
  maxPendingBytes: true,
  maxRequestsPerMinute: true,
  maxClients: true,
  bodyTimeoutMs: true,
  answerTimeoutMs: true,
};

type NumericName =
  | 'maxRequestBytes'
  | 'maxPendingBytes'
  | 'maxRequestsPerMinute'
  | 'maxClients'
  | 'bodyTimeoutMs'
  | 'answerTimeoutMs';

const numericDefaults: Readonly<Record<NumericName, number>> = {
  maxRequestBytes: 1024 * 1024,
  maxPendingBytes: 64 * 1024 * 1024,
  maxRequestsPerMinute: 600,
  maxClients: 10_000,
  bodyTimeoutMs: 10_000,
  answerTimeoutMs: 30_000,
};

/** {@link RequestOptions} with all defaults. */
export type ResolvedRequestOptions = Omit<RequestOptions, NumericName | 'origins'> & {
  readonly [Name in NumericName]: number;
} & { readonly origins: ReadonlySet<string> };

const functions = {
  authorize: '({ client, identity }) => … ',
  row: '(event, { client, sequence }) => … ',
  durableSequences: '(client, from) => … ',
  refused: '({ error }) => … ',
  failed: '(error) => … ',
} as const;

/**
 * Checks the options and fills in the defaults.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if an option is not of its type or is out of range
 */
export function resolveRequestOptions(options: RequestOptions): ResolvedRequestOptions {
  checkFunction('authenticate', options.authenticate, '(request) => the identity behind it, or () => true');
  for (const [name, shape] of Object.entries(functions)) {
    const value = options[name as keyof typeof functions];
    if (value !== undefined) {
      checkFunction(name, value, shape);
    }
  }
  const numbers = Object.fromEntries(
    (Object.keys(numericDefaults) as NumericName[]).map((name) => {
      const value = options[name] ?? numericDefaults[name];
      return [name, name.endsWith('Ms') ? timerDelay(name, value) : integerAtLeast(1, name, value)];
    }),
  ) as Record<NumericName, number>;
  if (numbers.maxPendingBytes < numbers.maxRequestBytes) {
    throw new ZerobusError('INVALID_OPTIONS', 'maxPendingBytes must be at least maxRequestBytes, or none would fit.');
  }
  return { ...options, ...numbers, origins: checkOrigins(options.origins ?? []) };
}
