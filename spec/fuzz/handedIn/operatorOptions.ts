import { once } from 'node:events';
import type { Writable } from 'node:stream';
import fc from 'fast-check';
import { from, lastValueFrom, type Observable, VirtualTimeScheduler } from 'rxjs';
import { commitWhenDurable } from '../../../operators/commitWhenDurable.ts';
import { ingest } from '../../../operators/ingest.ts';
import { recover } from '../../../operators/recover.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus, toZerobusOptionNames } from '../../../operators/toZerobus.ts';
import { zerobusWritable } from '../../../operators/zerobusWritable.ts';
import { zerobusWritableStream } from '../../../operators/zerobusWritableStream.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { expectTypedEnd } from './expectTypedEnd.ts';
import type { HandedInTarget } from './handedInTarget.ts';
import { strangeValue } from './strangeValues.ts';

const TABLE = 'main.iot.readings';
const records = [{ n: 1 }, { n: 2 }, { n: 3 }];
const streamNames = Object.keys(toZerobusOptionNames).filter((name) => name !== 'transport');
const commit = { key: () => 'k', position: ({ n }: { n: number }) => n, commit: () => [] };

/** A function with options. */
interface Call {
  readonly names: readonly string[];
  readonly start: (table: string, options: never) => unknown;
}

const end = (stream: Observable<unknown>): Promise<unknown> => lastValueFrom(stream, { defaultValue: undefined });

const calls: Readonly<Record<string, Call>> = {
  toZerobus: {
    names: streamNames,
    start: (table, options) => end(from(records).pipe(toZerobus(table, options as object))),
  },
  throughZerobus: {
    names: [...streamNames, 'row'],
    start: (table, options) => end(from(records).pipe(throughZerobus(table, options))),
  },
  ingest: { names: streamNames, start: (table, options) => end(ingest(records, table, options)) },
  zerobusWritable: {
    names: [...streamNames, 'highWaterMark'],
    start: (table, options) => written(zerobusWritable(table, options)),
  },
  zerobusWritableStream: {
    names: [...streamNames, 'highWaterMark'],
    start: async (table, options) => {
      const writer = zerobusWritableStream(table, options).getWriter();
      await Promise.all([...records.map((record) => writer.write(record)), writer.close()]);
    },
  },
  recover: {
    names: [
      'recovery',
      'recoveryRetries',
      'recoveryBackoffMs',
      'recoveryBackoffMaxMs',
      'isProgress',
      'random',
      'scheduler',
    ],
    start: (_table, options) => end(from(records).pipe(recover(withoutTransport(options)))),
  },
  commitWhenDurable: {
    names: ['key', 'position', 'commit', 'every', 'scheduler'],
    start: (_table, options) =>
      end(from(records).pipe(commitWhenDurable(withShortResult({ ...commit, ...withoutTransport(options) })))),
  },
};

/** Options of any types, of every function that makes records durable. */
export const operatorOptionsTarget: HandedInTarget = {
  name: 'operatorOptions',
  property: (onRun) =>
    fc.asyncProperty(
      fc
        .constantFrom(...Object.keys(calls))
        .chain((name) =>
          fc.tuple(
            fc.constant(name),
            fc.subarray([...(calls[name]?.names ?? []), 'unknown'], { minLength: 1, maxLength: 2 }),
          ),
        ),
      fc.array(strangeValue, { minLength: 2, maxLength: 2 }),
      fc.oneof({ weight: 9, arbitrary: fc.constant((): unknown => TABLE) }, { weight: 1, arbitrary: strangeValue }),
      async ([name, names], makes, makeTable) => {
        onRun();
        const clock = new VirtualTimeScheduler();
        const given = Object.fromEntries(names.map((each, index) => [each, makes[index]?.()]));
        const options = {
          transport: new CheckingService({ scheduler: clock, refuses: () => false }),
          scheduler: clock,
          ...given,
        };
        const table = makeTable() as string;
        if (hasOwnClock(options.scheduler)) {
          return;
        }
        const { signal } = options as { readonly signal?: unknown };
        await expectTypedEnd(
          clock,
          () => (calls[name] as Call).start(table, options as never),
          // What the user's own functions throw is forwarded, and so is the reason of a signal.
          (error) =>
            (signal instanceof AbortSignal && Object.is(error, signal.reason)) ||
            (['commitWhenDurable', 'recover'].includes(name) &&
              Object.values(given).some((each) => typeof each === 'function')),
        );
      },
    ),
};

/** Whether a scheduler has its own time, of which nothing says how it passes. */
function hasOwnClock(scheduler: unknown): boolean {
  try {
    return (
      !(scheduler instanceof VirtualTimeScheduler) && typeof Reflect.get(Object(scheduler), 'schedule') === 'function'
    );
  } catch {
    return false;
  }
}

function withoutTransport({ transport: _transport, ...options }: Record<string, unknown>): object {
  return options;
}

/** What `commit` returns is read to its end, which an array of 2^32 holes reaches after minutes. */
function withShortResult<O extends { readonly commit: unknown }>(options: O): O {
  const { commit } = options;
  return typeof commit === 'function' ? { ...options, commit: (all: unknown) => short(commit(all)) } : options;
}

function short(result: unknown): unknown {
  return Array.isArray(result) && result.length > records.length ? [] : result;
}

async function written(stream: Writable): Promise<void> {
  const finished = once(stream, 'finish');
  for (const record of records) {
    stream.write(record);
  }
  stream.end();
  await finished;
}
