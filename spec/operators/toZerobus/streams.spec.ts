import { getEventListeners } from 'node:events';
import { map, type Observable, of, range, Subject, timer, VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { partitionOf } from '../../../lib/stream/partition.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import type { TransportObserver } from '../../../lib/transport/transport.ts';
import { type ToZerobusOptions, toZerobus } from '../../../operators/toZerobus.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { cut, failed, numbers, type ScriptedServer, TABLE, type World, world } from '../../support/toZerobusWorld.ts';

interface Row {
  readonly n: number;
  readonly device: string;
}

/** A device of each of two streams. */
const [LEFT = '', RIGHT = ''] = [0, 1].map((stream) =>
  ['d1', 'd2'].find((device) => partitionOf(device, 2) === stream),
);
const rows: Readonly<Record<string, Row>> = {
  a: { n: 0, device: LEFT },
  b: { n: 1, device: RIGHT },
  c: { n: 2, device: LEFT },
  d: { n: 3, device: RIGHT },
};
const textOf = (letters: string): string => [...letters].map((letter) => JSON.stringify(rows[letter])).join(' ');
const partitionBy = ({ device }: Row): string => device;

/** Creates the operator with two streams by device, whose connections reach these servers in turn. */
function operatorTo(
  { optionsFor }: World,
  servers: readonly ScriptedServer[],
  options: ToZerobusOptions<Row> = {},
): { readonly seen: readonly string[]; readonly operator: (source: Observable<Row>) => Observable<number> } {
  // Half of the time is the wait before a reconnection. The streams open at once.
  let isFirst = true;
  const random = (): number => {
    const value = isFirst ? 0 : 0.5;
    isFirst = false;
    return value;
  };
  const { transport, ...others } = optionsFor(servers, { random, ...(options as ToZerobusOptions) });
  return {
    seen: transport.seen,
    operator: toZerobus<Row>(TABLE, { streams: 2, partitionBy, ...(others as ToZerobusOptions<Row>), transport }),
  };
}

describe('toZerobus with several streams', () => {
  it('sends the records of a key through one of them, and emits one watermark', () => {
    world((helpers) => {
      const { hot, server, flush, expectObservable, expectSubscriptions } = helpers;
      const source = hot('    -(abcd)-----|', rows);
      const first = server('  o---0--------|');
      const second = server(' o------0-----|');
      const { operator, seen } = operatorTo(helpers, [first, second]);
      expectObservable(operator(source)).toBe('----0--3-----|', numbers);
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
      expectSubscriptions(first.subscriptions).toBe('^------------!');
      expectSubscriptions(second.subscriptions).toBe('^------------!');
      flush();
      expect(seen.filter((line) => line.includes('batch'))).toEqual([
        `1 batch 0: ${textOf('ac')}`,
        `1 batch 0: ${textOf('bd')}`,
      ]);
    });
  });

  it('holds the watermark at the lowest record that is not durable', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const source = hot('    -(abcd)-------|');
      const first = server('  o-------0------|');
      const second = server(' o--0-----------|');
      const { operator } = operatorTo(helpers, [first, second]);
      expectObservable(operator(source.pipe(map((letter) => rows[letter] as Row)))).toBe('--------3------|', numbers);
    });
  });

  it('opens the first at once, and each other within 100 ms', () => {
    world(({ cold, server, optionsFor, expectObservable, expectSubscriptions }) => {
      const service = server('o 300ms |');
      const jitter = [0.2, 0.9].values();
      const options = optionsFor([service], { streams: 3, random: () => jitter.next().value ?? 0 });
      expectObservable(cold<object>('-').pipe(toZerobus(TABLE, options)), '150ms !').toBe('-');
      expectSubscriptions(service.subscriptions).toBe(['^ 149ms !', '20ms ^ 129ms !', '90ms ^ 59ms !']);
    });
  });

  it('does not wait for a stream that has nothing to send and is not open yet', () => {
    world(({ cold, server, optionsFor, expectObservable, expectSubscriptions }) => {
      const service = server('o-0|');
      const options = optionsFor([service], { streams: 2, random: () => 0.9 });
      expectObservable(cold<object>('a|', rows).pipe(toZerobus(TABLE, options))).toBe('--0|', numbers);
      expectSubscriptions(service.subscriptions).toBe('^--!');
    });
  });

  it('replaces a broken connection while the other stream goes on, and names the stream in events', () => {
    world((helpers) => {
      const { hot, server, flush, expectObservable } = helpers;
      const events: string[] = [];
      const next = ({ at, kind, stream, ...details }: ZerobusEvent): void => {
        const offset = 'offset' in details ? ` ${details.offset}` : '';
        events.push(`${at} ${kind}${offset}${stream === undefined ? '' : ` of ${stream}`}`);
      };
      const source = hot('        -(ab)---d---------|', rows);
      const servers = [server('   o--#', cut), server('o---0----1--------|'), server('o--0-|')];
      const { operator } = operatorTo(helpers, servers, { events: { next } });
      expectObservable(operator(source)).toBe('----------------2-|', numbers);
      flush();
      expect(events).toEqual([
        '0 connecting of 0',
        '0 connecting of 1',
        '0 opened of 0',
        '0 opened of 1',
        '3 broken of 0',
        '3 retry of 0',
        '13 connecting of 0',
        '13 opened of 0',
        '13 replayed of 0',
        '16 durable 2',
        '18 closed of 1',
        '18 closed of 0',
      ]);
    });
  });

  it('does not use up the retries of a stream that has nothing to send while another one goes on', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const source = hot('-a---c---d|', { a: rows['a'] as Row, c: rows['c'] as Row, d: rows['c'] as Row });
      const busy = server('   o-0---1---2|');
      const servers = [busy, server('o--#', cut), server('o-#', cut), server('o-|')];
      const { operator } = operatorTo(helpers, servers, { recoveryRetries: 1, recoveryBackoffMs: 4 });
      expectObservable(operator(source)).toBe('--0---1---2|', numbers);
    });
  });

  it('uses up the retries of a stream that has nothing to send if no other one goes on', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const servers = [server('o----------'), server('o--#', cut), server('o-#', cut)];
      const { operator } = operatorTo(helpers, servers, { recoveryRetries: 1, recoveryBackoffMs: 4 });
      expectObservable(operator(hot('---'))).toBe('-------#', numbers, cut);
    });
  });

  it('ends all if one ends in an error, and hands back the records of all in the order of the source', () => {
    world((helpers) => {
      const { hot, server, flush, expectSubscriptions } = helpers;
      const errors: unknown[] = [];
      const second = server('o-----');
      const source = hot('-(abcd)', rows);
      const { operator } = operatorTo(helpers, [server('o----#', failed('PERMISSION_DENIED', 'no')), second]);
      operator(source).subscribe({ error: ({ code, unacked }: ZerobusError) => errors.push(code, unacked) });
      expectSubscriptions(second.subscriptions).toBe('^----!');
      expectSubscriptions(source.subscriptions).toBe('^----!');
      flush();
      expect(errors).toEqual(['PERMISSION_DENIED', [...'abcd'].map(textOf)]);
    });
  });

  it('names the offsets of the source for what the service refuses', () => {
    for (const [diagram, place] of [
      ['-(abcd)', { offset: undefined, offsets: { first: 1, last: 3 } }],
      ['-(abc)', { offset: 1, offsets: undefined }],
    ] as const) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const errors: unknown[] = [];
        const servers = [server('o'), server('o--#', failed('INVALID_ARGUMENT', 'no'))];
        const { operator } = operatorTo(helpers, servers);
        operator(hot(diagram, rows)).subscribe({
          error: ({ offset, offsets }: ZerobusError) => errors.push({ offset, offsets }),
        });
        flush();
        expect(errors).toEqual([place]);
      });
    }
  });

  it('bounds what all have in flight together', () => {
    world((helpers) => {
      const { server, flush } = helpers;
      const results: unknown[] = [];
      const { operator } = operatorTo(helpers, [server('o')], {
        maxInflightRecords: 3,
        backpressure: { next: (isHigh) => results.push(isHigh) },
      });
      operator(of(...'abcda'.split('').map((letter) => rows[letter] as Row))).subscribe({
        error: ({ code, unacked }: ZerobusError) => results.push(code, unacked),
      });
      flush();
      expect(results).toEqual([true, 'BUFFER_OVERFLOW', [...'abcd'].map(textOf)]);
    });
  });

  it('reports the pressure of all together once', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const backpressure = new Subject<boolean>();
      const servers = [server('o---0---1-----|'), server('o----0--------|')];
      const { operator } = operatorTo(helpers, servers, { maxInflightRecords: 6, backpressure });
      expectObservable(backpressure).toBe('-t---f', { t: true, f: false });
      expectObservable(operator(hot('-(abd)--(c|)', rows))).toBe('----02--3-----|', numbers);
    });
  });

  it('forwards the error of the source once everything before it is durable in all of them', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const broken = new Error('broken');
      const servers = [server('o--0-|'), server('o-----0-|')];
      expectObservable(operatorTo(helpers, servers).operator(hot('-(ab)#', rows, broken))).toBe(
        '---0--1-#',
        numbers,
        broken,
      );
    });
  });

  it('cancels all of them when it is unsubscribed from, or aborted', () => {
    world((helpers) => {
      const { hot, server, expectObservable, expectSubscriptions } = helpers;
      const [first, second] = [server('o-----'), server('o-----')];
      expectObservable(operatorTo(helpers, [first, second]).operator(hot('-(ab)', rows)), '---!').toBe('---');
      expectSubscriptions(first.subscriptions).toBe('^--!');
      expectSubscriptions(second.subscriptions).toBe('^--!');
    });
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const controller = new AbortController();
      const source = hot('-(ab)-x', { ...rows, x: rows['a'] as Row });
      const { operator } = operatorTo(helpers, [server('o-----')], {
        signal: controller.signal,
        partitionBy: (row) => {
          controller.abort(cut);
          return row.device;
        },
      });
      expectObservable(operator(source)).toBe('-#', numbers, cut);
    });
  });

  it('listens to the signal once, however many they are', () => {
    world(({ hot, server, optionsFor, expectObservable }) => {
      const { signal } = new AbortController();
      const options = optionsFor([server('o')], { streams: 16, signal, random: () => 0 });
      const result$ = hot<object>('-').pipe(toZerobus(TABLE, options));
      expectObservable(result$, '-----!').toBe('-');
      expectObservable(timer(2).pipe(map(() => getEventListeners(signal, 'abort').length))).toBe('--(n|)', { n: 1 });
      expectObservable(timer(7).pipe(map(() => getEventListeners(signal, 'abort').length))).toBe('-------(n|)', {
        n: 0,
      });
    });
  });

  it('ends at a record that has no key, with its offset, or rejects it', () => {
    for (const isRejected of [false, true]) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const results: unknown[] = [];
        const { operator } = operatorTo(helpers, [server('o--0-1-|'), server('o--0-|')], {
          partitionBy: ({ n, device }) => {
            if (n === 1) {
              throw new RangeError('no key');
            }
            return device;
          },
          ...(isRejected
            ? {
                rejected: ({ offset, error }: { offset: number; error: ZerobusError }) =>
                  void results.push(offset, error.code),
              }
            : {}),
        });
        operator(hot('-(abc|)', rows)).subscribe({
          next: (offset) => results.push(offset),
          error: ({ code, offset }: ZerobusError) => results.push(offset, code),
        });
        flush();
        expect(results).toEqual(isRejected ? [1, 'INVALID_RECORD', 1, 2] : [0, 1, 'INVALID_RECORD']);
      });
    }
  });

  it('hands back a record that has no key as it would have been sent, if it can be serialized', () => {
    for (const isRejected of [false, true]) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const records: unknown[] = [];
        const { operator } = operatorTo(helpers, [server('o--0-1-|'), server('o--0-|')], {
          partitionBy: ({ n, device }) =>
            n === 1 || Number.isNaN(n) ? (Symbol('no key') as unknown as string) : device,
          ...(isRejected ? { rejected: ({ record }: { record: unknown }) => void records.push(record) } : {}),
        });
        operator(hot('-(axbc|)', { ...rows, x: { n: isRejected ? Number.NaN : 1, device: RIGHT } })).subscribe({
          error: ({ unacked }: ZerobusError) => records.push(...unacked),
        });
        flush();
        expect(records).toEqual(isRejected ? [undefined, textOf('b')] : [textOf('b')]);
      });
    }
  });

  it('counts rejections of all of them together, and names stream and offset of each', () => {
    world((helpers) => {
      const { hot, server, flush } = helpers;
      const events: string[] = [];
      const errors: unknown[] = [];
      const bad = (device: string): Row => ({ n: Number.NaN, device });
      const source = hot('-(axyz)', { ...rows, x: bad(RIGHT), y: bad(LEFT), z: bad(RIGHT) });
      const { operator } = operatorTo(helpers, [server('o------')], {
        maxRejectionsInARow: 2,
        rejected: () => undefined,
        events: {
          next: (event) => {
            if (event.kind === 'rejected') {
              events.push(`${event.kind} ${event.offset} of ${event.stream}`);
            }
          },
        },
      });
      operator(source).subscribe({ error: ({ code, unacked }: ZerobusError) => errors.push(code, unacked) });
      flush();
      // None of them was sent, so none has reached a stream: they follow the record in front of them.
      expect(events).toEqual(['rejected 1 of 0', 'rejected 2 of 0']);
      expect(errors).toEqual(['TOO_MANY_REJECTIONS', [textOf('a')]]);
    });
  });

  it('checks its options at once', () => {
    const messageOf = (options: object): string => (thrownBy(() => toZerobus(TABLE, options)) as ZerobusError).message;
    expect(messageOf({ streams: 0 })).toBe('streams must be an integer of at least 1, got 0.');
    expect(messageOf({ streams: 1.5 })).toBe('streams must be an integer of at least 1, got 1.5.');
    expect(messageOf({ streams: 2, partitionBy: 'device' })).toBe(
      'partitionBy must be a function: pass (record) => … .',
    );
  });

  // zerobus-sdk#423: round robin without order. zerobus-sdk#826: the siblings of a dead stream wait for minutes.
  describe('if one of them gets no connection for minutes', () => {
    const RECORDS = 3000;

    /** Sends records through three streams, the second of which is dead. */
    function run(options: ToZerobusOptions<Row>): {
      readonly rows: readonly Row[];
      readonly watermark: number;
      readonly error: ZerobusError | undefined;
    } {
      const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
      scheduler.maxFrames = 130_000;
      const service = new CheckingService({ scheduler, refuses: () => false });
      let connecting: number | undefined;
      let [watermark, error]: [number, ZerobusError | undefined] = [-1, undefined];
      const source = new Subject<Row>();
      source
        .pipe(
          toZerobus<Row>(TABLE, {
            streams: 3,
            maxBatchRecords: 10,
            recoveryRetries: 1000,
            random: () => 0.5,
            scheduler,
            events: {
              next: ({ kind, stream }) => {
                connecting = kind === 'connecting' ? stream : connecting;
              },
            },
            transport: {
              open: (headers, observer: TransportObserver) =>
                connecting === 1
                  ? { write: () => true, halfClose: () => {}, cancel: () => {} }
                  : service.open(headers, observer),
            },
            ...options,
          }),
        )
        .subscribe({
          next: (offset) => {
            watermark = offset;
          },
          error: (each) => {
            error = each;
          },
        });
      range(0, RECORDS).subscribe((n) => scheduler.schedule(() => source.next({ n, device: `d${n % 30}` }), 40 * n));
      scheduler.flush();
      return { rows: service.rows.map((each) => JSON.parse(each) as Row), watermark, error };
    }

    it('goes on with the keys of the others, in order', () => {
      const { rows: stored, watermark, error } = run({ partitionBy });
      expect(error).toBeUndefined();
      const isAlive = ({ device }: Row): boolean => partitionOf(device, 3) !== 1;
      const alive = Array.from({ length: RECORDS }, (_, n) => ({ n, device: `d${n % 30}` })).filter(isAlive);
      expect(stored).toHaveSize(alive.length);
      for (const { device } of alive.slice(0, 30)) {
        expect(stored.filter((row) => row.device === device)).toEqual(alive.filter((row) => row.device === device));
      }
      expect(watermark).toBeLessThan(30);
    });

    it('goes on with all but the first run without keys, beyond the limit of what is in flight', () => {
      const { rows: stored, error } = run({ maxInflightRecords: 100 });
      expect(error).toBeUndefined();
      expect(stored).toHaveSize(RECORDS - 10);
    });
  });
});
