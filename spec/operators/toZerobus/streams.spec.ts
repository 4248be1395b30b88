import { getEventListeners } from 'node:events';
import { map, of, Subject, timer } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { thrownBy } from '../../support/thrownBy.ts';
import { cut, numbers, TABLE, world } from '../../support/toZerobusWorld.ts';
import { operatorTo, type Row, rows, textOf } from '../../support/twoStreams.ts';

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

  it('does not use up the retries of a stream that never opens and has nothing to send while another one goes on', () => {
    world((helpers) => {
      const { hot, server, expectObservable, expectSubscriptions } = helpers;
      const source = hot('-a---c---a---c---a---|', rows);
      const busy = server('o-0---1---2---3---4--|');
      const dead = server('---#', cut);
      const { operator } = operatorTo(helpers, [busy, dead], { recoveryRetries: 1, recoveryBackoffMs: 2 });
      expectObservable(operator(source)).toBe('--0---1---2---3---4--|', numbers);
      // It is tried less and less often.
      expectSubscriptions(dead.subscriptions).toBe(['^--!', '----^--!', '---------^--!', '----------------^--!']);
    });
  });

  it('uses up the retries of a stream that never opens as soon as it has something to send', () => {
    world((helpers) => {
      const { hot, server, flush } = helpers;
      const results: unknown[] = [];
      const source = hot('-a---c---b----', rows);
      const servers = [server('o-0---1-------'), server('---#', cut)];
      const { operator } = operatorTo(helpers, servers, { recoveryRetries: 1, recoveryBackoffMs: 2 });
      operator(source).subscribe({
        next: (offset) => results.push(offset),
        error: ({ code, unacked }: ZerobusError) => results.push(code, unacked),
      });
      flush();
      expect(results).toEqual([0, 1, 'UNAVAILABLE', [textOf('b')]]);
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

  it('checks its options at once', () => {
    const messageOf = (options: object): string => (thrownBy(() => toZerobus(TABLE, options)) as ZerobusError).message;
    expect(messageOf({ streams: 0 })).toBe('streams must be an integer of at least 1, got 0.');
    expect(messageOf({ streams: 1.5 })).toBe('streams must be an integer of at least 1, got 1.5.');
    for (const streams of [10_001, 2 ** 31, 2 ** 53]) {
      expect(messageOf({ streams })).toBe(`streams must be at most 10000, got ${streams}.`);
    }
    expect(messageOf({ streams: 2, partitionBy: 'device' })).toBe(
      'partitionBy must be a function: pass (record) => … .',
    );
  });
});
