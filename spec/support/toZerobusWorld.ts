import type { Observable } from 'rxjs';
import type { RunHelpers, TestScheduler } from 'rxjs/testing';
import { ZerobusError, type ZerobusErrorCode } from '../../lib/errors/zerobusError.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { marbles } from './marbles.ts';
import {
  ack,
  closeSignal,
  created,
  type ScriptedTransport,
  type ServerAct,
  scriptedTransport,
} from './scriptedTransport.ts';

/** The table of these specs. */
export const TABLE = 'main.iot.readings';

/**
 * o: creates the stream · 0-9: acknowledges · d: drains · s: announces to close in 30 ms · n: announces to close in 0
 * ms
 */
export const acts: Readonly<Record<string, ServerAct>> = {
  o: created(),
  d: 'drain' as const,
  s: closeSignal(30),
  n: closeSignal(0),
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, ack(Number(digit))])),
};
/** The records of a diagram. */
export const records: Readonly<Record<string, { readonly id: string }>> = Object.fromEntries(
  [...'abcdef'].map((id) => [id, { id }]),
);

/** A server as a cold observable, whose subscriptions are its connections. */
export type ScriptedServer = ReturnType<typeof TestScheduler.prototype.createColdObservable<ServerAct>>;

/** The helpers of a `TestScheduler`, and those of these specs. */
export interface World extends RunHelpers {
  /** Creates a server from a diagram of {@link acts}. */
  server(diagram: string, error?: unknown): ScriptedServer;
  /** Creates options for a service whose connections reach these servers in turn. */
  optionsFor(servers: readonly Observable<ServerAct>[], options?: WorldOptions): ScriptedOptions;
  /** Creates the operator with such options. */
  operatorTo(servers: readonly Observable<ServerAct>[], options?: WorldOptions): ScriptedOperator;
}

/** Options of the operator, and the capacity of each connection; see `ScriptOptions`. */
export type WorldOptions = ToZerobusOptions & { readonly capacity?: number };

/** Options with a transport that logs what its servers see. */
export type ScriptedOptions = ToZerobusOptions & { readonly transport: ScriptedTransport };

/** The operator, and what its servers have seen. */
export interface ScriptedOperator {
  (source: Observable<object | string>): Observable<number>;
  readonly seen: ScriptedTransport['seen'];
}

/** Runs a spec in virtual time. Each wait takes half of its bound: 10 ms for the first. */
export function world(spec: (world: World) => void): void {
  const scheduler = marbles();
  scheduler.run((helpers) => {
    const optionsFor: World['optionsFor'] = (servers, { capacity, ...options } = {}) => {
      const transport = scriptedTransport({ scheduler, servers, ...(capacity === undefined ? {} : { capacity }) });
      return { random: () => 0.5, recoveryBackoffMs: 20, ...options, transport };
    };
    const operatorTo: World['operatorTo'] = (servers, worldOptions) => {
      const options = optionsFor(servers, worldOptions);
      const operator = toZerobus(TABLE, options);
      return Object.assign((source: Observable<object | string>) => source.pipe(operator), {
        seen: options.transport.seen,
      });
    };
    spec({ ...helpers, optionsFor, operatorTo, server: (diagram, error) => helpers.cold(diagram, acts, error) });
  });
}

/** The offsets of a diagram. */
export const numbers: Readonly<Record<string, number>> = Object.fromEntries(
  [...'0123456789'].map((digit) => [digit, Number(digit)]),
);
/** An expected error. */
export const failed = (code: ZerobusErrorCode, message: string, options = {}): ZerobusError =>
  new ZerobusError(code, message, options);
/** The error of a broken connection. */
export const cut: ZerobusError = failed('UNAVAILABLE', 'cut');

/** Collects the unacknowledged records of an observable's error. */
export function unackedOf(result$: Observable<unknown>, into: unknown[]): void {
  result$.subscribe({ error: (error: ZerobusError) => into.push(...error.unacked) });
}
