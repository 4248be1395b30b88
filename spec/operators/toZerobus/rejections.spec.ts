import { EMPTY, of, timer, VirtualTimeScheduler } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import type { Rejection } from '../../../lib/stream/rejections.ts';
import type { ZerobusEvent } from '../../../lib/stream/zerobusEvent.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { CheckingService } from '../../support/checkingService.ts';
import { failed, numbers, records, TABLE, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: rejections', () => {
  const refusal = failed('INVALID_ARGUMENT', 'a record does not fit');
  const withX = { ...records, x: { value: Number.NaN } };

  it('goes on behind a record that cannot be sent, and holds the watermark until it is taken in', () => {
    world(({ hot, cold, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-x-b---|', withX);
      const letter = cold('   -----|');
      const operator = operatorTo([server('o-0---1-----|')], { rejected: () => letter });
      expectObservable(operator(source)).toBe('--0-----2---|', numbers);
      expectSubscriptions(letter.subscriptions).toBe('---^----!');
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual([
        '1 batch 0: {"id":"a"}',
        '5 batch 1: {"id":"b"}',
      ]);
    });
  });

  it('takes letters in in any order', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const waits = [9, 1, 5];
      const operator = operatorTo([server('o')], { rejected: ({ offset }) => timer(waits[offset] ?? 0) });
      // The first is taken in at 9, the third before.
      expectObservable(operator(hot('(xxx)', withX)), '^------------!').toBe('---------2', numbers);
    });
  });

  it('completes when the last letter is taken in, with nothing in flight, connected or not', () => {
    for (const service of ['o-----------|', '#']) {
      world(({ hot, cold, server, operatorTo, expectObservable }) => {
        const down = failed('UNAVAILABLE', 'down');
        const operator = operatorTo([server(service, down)], {
          recoveryBackoffMs: 1000,
          rejected: () => cold('----|'),
        });
        const expected = service === '#' ? '------(0|)' : '------0-----|';
        expectObservable(operator(hot('--x|', withX))).toBe(expected, numbers);
      });
    }
  });

  it('cancels what takes records in when it is unsubscribed from', () => {
    world(({ hot, cold, server, operatorTo, expectObservable, expectSubscriptions }) => {
      const letter = cold('-------|');
      expectObservable(operatorTo([server('o')], { rejected: () => letter })(hot('-x', withX)), '^---!').toBe('----');
      expectSubscriptions(letter.subscriptions).toBe('-^--!');
    });
  });

  it('hands back what is neither durable nor taken in, in order', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const errors: ZerobusError[] = [];
      const large = JSON.stringify({ text: 'x'.repeat(11_000_000) });
      const operator = operatorTo([server('o--0---#', failed('NOT_FOUND', 'gone'))], { rejected: () => timer(100) });
      operator(hot('-a-xLb', { ...withX, L: large })).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(errors.map(({ code }) => code)).toEqual(['NOT_FOUND']);
      // What cannot be serialized cannot be handed back.
      expect(errors[0]?.unacked.map((record) => record.slice(0, 10))).toEqual(['{"text":"x', '{"id":"b"}']);
    });
  });

  it('reports each rejection without the record, and without a word of the service', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const events: ZerobusEvent[] = [];
      const operator = operatorTo([server('o-#', failed('INVALID_ARGUMENT', 'secret')), server('o-0-|')], {
        rejected: () => EMPTY,
        events: { next: (event) => events.push(event) },
      });
      operator(hot('a----(b|)', records)).subscribe();
      flush();
      const rejected = events.filter(({ kind }) => kind === 'rejected');
      expect(rejected).toEqual([jasmine.objectContaining({ kind: 'rejected', offset: 0, at: 2 }) as never]);
      expect(JSON.stringify(rejected)).not.toContain('secret');
    });
  });

  it('is not counted as a failure, and waits for nothing', () => {
    world(({ server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo(
        [server('#', refusal), server('o-#', refusal), server('o-#', refusal), server('o-0|')],
        {
          recoveryRetries: 1,
          rejected: () => undefined,
        },
      );
      expectObservable(operator(of({ n: 1 }))).toBe('#', numbers, refusal);
      flush();
    });
  });

  it('ends as before if recovery is off', () => {
    world(({ hot, server, operatorTo, expectObservable }) => {
      const operator = operatorTo([server('o-#', refusal)], { recovery: false, rejected: () => undefined });
      expectObservable(operator(hot('a', records))).toBe(
        '--#',
        numbers,
        failed('INVALID_ARGUMENT', 'a record does not fit', { offset: 0 }),
      );
    });
  });

  it('names the offset of a refused record without rejected, or the offsets of what was in flight', () => {
    for (const [diagram, place] of [
      ['a', { offset: 0 }],
      ['(abc)', { offsets: { first: 0, last: 2 } }],
    ] as const) {
      world(({ cold, server, operatorTo, expectObservable }) => {
        expectObservable(operatorTo([server('o-#', refusal)])(cold(diagram, records))).toBe(
          '--#',
          numbers,
          failed('INVALID_ARGUMENT', 'a record does not fit', place),
        );
      });
    }
  });

  it('says that a table which refuses everything has most likely changed', () => {
    world(({ server, operatorTo, flush }) => {
      const errors: ZerobusError[] = [];
      const offsets: number[] = [];
      const source = of(...Array.from({ length: 40 }, (_, n) => ({ n })));
      operatorTo([server('o-#', refusal)], {
        maxRejectionsInARow: 5,
        rejected: ({ offset }) => void offsets.push(offset),
      })(source).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(offsets).toEqual([0, 1, 2, 3, 4]);
      expect(errors.map(({ code, unacked }) => [code, unacked.length])).toEqual([['TOO_MANY_REJECTIONS', 35]]);
    });
  });

  it('counts records that cannot be sent, too, if none in between can', () => {
    world(({ hot, server, operatorTo, flush }) => {
      const codes: string[] = [];
      const options = { maxRejectionsInARow: 2, rejected: () => undefined };
      for (const diagram of ['-xxaxx', '-xaxxx']) {
        operatorTo(
          [server('o------------')],
          options,
        )(hot(diagram, withX)).subscribe({
          error: ({ code }) => codes.push(`${diagram} ${code}`),
        });
      }
      flush();
      expect(codes).toEqual(['-xaxxx TOO_MANY_REJECTIONS', '-xxaxx ACK_TIMEOUT']);
    });
  });

  it('finds a bad record among n with about log2 n connections', () => {
    for (const [length, bad] of [
      [1, 0],
      [1000, 0],
      [1000, 517],
      [4096, 4095],
    ] as const) {
      const scheduler = new VirtualTimeScheduler();
      const service = new CheckingService({ scheduler, refuses: (record) => record === `{"n":${bad}}` });
      const rejections: Rejection[] = [];
      let durable = -1;
      of(...Array.from({ length }, (_, n) => ({ n })))
        .pipe(
          toZerobus(TABLE, { scheduler, transport: service, rejected: (rejection) => void rejections.push(rejection) }),
        )
        .subscribe((watermark) => {
          durable = watermark;
        });
      scheduler.flush();
      expect(rejections.map(({ offset }) => offset)).toEqual([bad]);
      expect([durable, service.rows.length]).toEqual([length - 1, length - 1]);
      expect(service.connections.length).toBeLessThanOrEqual(Math.ceil(Math.log2(length)) + 2);
    }
  });
});
