import { asapScheduler, asyncScheduler, type Observer, type SchedulerLike } from 'rxjs';
import { checkFunction } from '../errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { integerAtLeast, timerDelay } from '../errors/checkNumber.ts';
import { checkScheduler } from '../errors/checkScheduler.ts';
import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { GatewayEvent } from './gatewayEvent.ts';
import type { GatewayHeaders } from './request/sendRequest.ts';

/** Options of {@link toGateway}. */
export interface ToGatewayOptions {
  /**
   * Returns the headers of requests, such as an authorization, or a promise of them. Called before the first request,
   * and again if the gateway answers 401 or 403. Defaults to none: the browser adds its cookies, see `credentials`.
   */
  readonly headers?: (() => GatewayHeaders | PromiseLike<GatewayHeaders>) | undefined;
  /**
   * Whether requests have cookies: those to the page's own origin (`same-origin`), all (`include`) or none (`omit`).
   * Beacons always have them. Defaults to `same-origin`.
   */
  readonly credentials?: 'same-origin' | 'include' | 'omit' | undefined;
  /**
   * The name of the database in IndexedDB. All tabs of a site with the same name are one client of the gateway.
   * Defaults to one of the gateway's `url`.
   */
  readonly database?: string | undefined;
  /** The most events that the database keeps, at least 1. At one more, see `overflow`. Defaults to `10000`. */
  readonly maxStoredEvents?: number | undefined;
  /** The same bound for the bytes of their JSON texts, at least 1. Defaults to `16777216` (16 MiB). */
  readonly maxStoredBytes?: number | undefined;
  /**
   * What happens if there is no room for an event: `error` ends the stream with `BUFFER_OVERFLOW`, or `STORAGE_FULL` if
   * the browser has no room. `dropNewest` drops the event, and `dropOldest` drops the oldest events that were not sent,
   * of any tab. The watermark passes dropped events, and `events` reports them. Defaults to `error`.
   */
  readonly overflow?: 'error' | 'dropOldest' | 'dropNewest' | undefined;
  /**
   * What happens if IndexedDB cannot be used, because the browser or the user forbids it: `error` ends the stream with
   * `STORAGE_FAILED`, and `memory` keeps events in memory, so that they are lost with the page. `events` reports it.
   * Defaults to `error`.
   */
  readonly fallback?: 'error' | 'memory' | undefined;
  /** The most events in a request, 1 to 500. Defaults to `500`. */
  readonly maxRequestEvents?: number | undefined;
  /** The most bytes of events in a request, 1 to 262144. An event that has more is refused. Defaults to `262144`. */
  readonly maxRequestBytes?: number | undefined;
  /** The longest wait for an answer in milliseconds. Defaults to `60000`. */
  readonly requestTimeoutMs?: number | undefined;
  /**
   * The upper bound of the first wait before a request is sent again, in milliseconds. It doubles with each further
   * wait, and each wait is random between 0 and its bound. Defaults to `2000`.
   */
  readonly recoveryBackoffMs?: number | undefined;
  /** The upper bound of every such wait, in milliseconds. Defaults to `30000`. */
  readonly recoveryBackoffMaxMs?: number | undefined;
  /**
   * Whether what is not durable is sent as beacons when the page is hidden. They cannot have `headers`. Defaults to
   * `true` without `headers`, and to `false` with them.
   */
  readonly beacons?: boolean | undefined;
  /**
   * Notified of what happens to the events: see {@link GatewayEvent}. It is never completed, and an error that it
   * throws does not reach the stream. Without it, the console has a warning when an event is refused or dropped.
   * Defaults to none.
   */
  readonly events?: Partial<Observer<GatewayEvent>> | undefined;
  /** The scheduler of all time. Defaults to rxjs' `asyncScheduler`, and to `asapScheduler` for writes. */
  readonly scheduler?: SchedulerLike | undefined;
  /** Returns a number from 0 up to 1, for the jitter of the backoff. Defaults to `Math.random`. */
  readonly random?: (() => number) | undefined;
}

const optionNames: NamesOf<ToGatewayOptions> = {
  headers: true,
  credentials: true,
  database: true,
  maxStoredEvents: true,
  maxStoredBytes: true,
  overflow: true,
  fallback: true,
  maxRequestEvents: true,
  maxRequestBytes: true,
  requestTimeoutMs: true,
  recoveryBackoffMs: true,
  recoveryBackoffMaxMs: true,
  beacons: true,
  events: true,
  scheduler: true,
  random: true,
};

/** {@link ToGatewayOptions} with all defaults. */
export type GatewayOptions = {
  readonly [Name in Exclude<keyof ToGatewayOptions, 'headers' | 'events'>]-?: NonNullable<ToGatewayOptions[Name]>;
} & Pick<ToGatewayOptions, 'headers' | 'events'> & {
    readonly url: string;
    /** Schedules writes at the end of the turn. */
    readonly turnScheduler: SchedulerLike;
  };

const MAX_REQUEST_EVENTS = 500;
const MAX_REQUEST_BYTES = 256 * 1024;

/**
 * Checks the arguments of {@link toGateway} and fills in the defaults. It does not touch the page.
 *
 * @throws {@link ZerobusError} `INVALID_ENDPOINT` if the URL is missing, or `INVALID_OPTIONS` if an option is not
 * known, not of its type or out of range
 */
export function resolveGatewayOptions(url: string | URL, options: ToGatewayOptions): GatewayOptions {
  checkNames('toGateway', options, optionNames);
  const address = String(url ?? '');
  if (address === '') {
    throw new ZerobusError(
      'INVALID_ENDPOINT',
      "toGateway needs the URL of the gateway: pass '/events', or another one.",
    );
  }
  const { headers, scheduler, random = Math.random, events } = options;
  checkScheduler(scheduler);
  checkFunction('random', random, 'Math.random');
  if (headers !== undefined) {
    checkFunction('headers', headers, '() => ({ authorization: … })');
  }
  if (events !== undefined && (typeof events !== 'object' || events === null)) {
    throw new ZerobusError('INVALID_OPTIONS', 'events must be an observer: pass { next: (event) => … }.');
  }
  const count = (
    name: 'maxStoredEvents' | 'maxStoredBytes' | 'maxRequestEvents' | 'maxRequestBytes',
    standard: number,
  ): number => integerAtLeast(1, name, options[name] ?? standard);
  const delay = (name: 'requestTimeoutMs' | 'recoveryBackoffMs' | 'recoveryBackoffMaxMs', standard: number): number =>
    timerDelay(name, options[name] ?? standard);
  return {
    url: address,
    headers,
    events,
    random,
    scheduler: scheduler ?? asyncScheduler,
    turnScheduler: scheduler ?? asapScheduler,
    credentials: oneOf('credentials', options.credentials, ['same-origin', 'include', 'omit']),
    overflow: oneOf('overflow', options.overflow, ['error', 'dropOldest', 'dropNewest']),
    fallback: oneOf('fallback', options.fallback, ['error', 'memory']),
    database: options.database ?? `rxjs-zerobus ${address}`,
    maxStoredEvents: count('maxStoredEvents', 10_000),
    maxStoredBytes: count('maxStoredBytes', 16 * 1024 * 1024),
    maxRequestEvents: Math.min(MAX_REQUEST_EVENTS, count('maxRequestEvents', MAX_REQUEST_EVENTS)),
    maxRequestBytes: Math.min(MAX_REQUEST_BYTES, count('maxRequestBytes', MAX_REQUEST_BYTES)),
    requestTimeoutMs: delay('requestTimeoutMs', 60_000),
    recoveryBackoffMs: delay('recoveryBackoffMs', 2000),
    recoveryBackoffMaxMs: delay('recoveryBackoffMaxMs', 30_000),
    beacons: options.beacons ?? headers === undefined,
  };
}

/** Returns an option that is one of some words, the first one if it is not given. */
function oneOf<Word extends string>(name: string, value: Word | undefined, words: readonly [Word, ...Word[]]): Word {
  const word = value ?? words[0];
  if (!words.includes(word)) {
    throw new ZerobusError('INVALID_OPTIONS', `${name} must be one of ${words.join(', ')}, got ${textOf(word)}.`);
  }
  return word;
}
