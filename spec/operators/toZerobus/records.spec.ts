import { of, Subject, take } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { numbers, records, TABLE, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: records', () => {
  it('emits the durable watermark, and completes after the last ack and the end of the call', () => {
    world(({ hot, server, operatorTo, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('   --a--b--c---|', records);
      const service = server('o---0----1----2--|');
      const operator = operatorTo([service]);
      expectObservable(operator(source)).toBe('----0----1----2--|', numbers);
      expectSubscriptions(source.subscriptions).toBe('^-----------!');
      expectSubscriptions(service.subscriptions).toBe('^----------------!');
      flush();
      expect(operator.seen).toEqual([
        '0 create main.iot.readings',
        '2 batch 0: {"id":"a"}',
        '5 batch 1: {"id":"b"}',
        '8 batch 2: {"id":"c"}',
        '14 half-close',
      ]);
    });
  });

  it('sends the records of one turn as one batch, at the end of the turn', () => {
    world(({ server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o--0-|')]);
      expectObservable(operator(of({ n: 1 }, '{"n":2}', { n: 3 }))).toBe('---2-|', { 2: 2 });
      flush();
      expect(operator.seen).toEqual([
        '0 create main.iot.readings',
        '0 batch 0: {"n":1} {"n":2} {"n":3}',
        '3 half-close',
      ]);
    });
  });

  it('serializes a record when it is accepted, so that the caller may change it afterwards', () => {
    world(({ server, operatorTo, flush }) => {
      const operator = operatorTo([server('-----o0')]);
      const record = { n: 1 };
      const source = new Subject<object>();
      operator(source).pipe(take(1)).subscribe();
      source.next(record);
      record.n = 2;
      flush();
      expect(operator.seen).toContain('5 batch 0: {"n":1}');
    });
  });

  it('refuses undefined, which a function returns that has forgotten to return a record', () => {
    for (const operator of [toZerobus, throughZerobus]) {
      world(({ server, optionsFor, flush }) => {
        const { rejected: _, ...options } = optionsFor([server('o--0-|')]);
        const errors: unknown[] = [];
        of({ n: 1 }, undefined as unknown as object)
          .pipe<unknown>(operator(TABLE, options))
          .subscribe({ error: ({ offset, message }: ZerobusError) => errors.push(offset, message) });
        flush();
        expect(errors).toEqual([1, 'A record of a JSON stream must be an object or a JSON string, got undefined.']);
      });
    }
  });

  it('queues records that arrive before the stream is created', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('-----o-0|')]);
      expectObservable(operator(hot('-a-b-|', records))).toBe('-------1|', numbers);
      flush();
      expect(operator.seen[1]).toBe('5 batch 0: {"id":"a"} {"id":"b"}');
    });
  });

  it('lets a batch grow while the connection is busy, and sends it when the connection drains', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o----d---1-|')], { capacity: 2 });
      expectObservable(operator(hot('-abcd-|', records))).toBe('---------3-|', numbers);
      flush();
      expect(operator.seen.slice(1)).toEqual([
        '1 batch 0: {"id":"a"}',
        '5 batch 1: {"id":"b"} {"id":"c"} {"id":"d"}',
        '9 half-close',
      ]);
    });
  });

  it('holds a batch for lingerMs, unless it is full earlier', () => {
    world(({ hot, server, operatorTo, flush, expectObservable }) => {
      const operator = operatorTo([server('o---------01---------2|')], { lingerMs: 5, maxBatchRecords: 3 });
      expectObservable(operator(hot('-ab------cde-------a|', records))).toBe('----------14---------5|', numbers);
      flush();
      expect(operator.seen.slice(1, 3)).toEqual([
        '6 batch 0: {"id":"a"} {"id":"b"}',
        '11 batch 1: {"id":"c"} {"id":"d"} {"id":"e"}',
      ]);
    });
  });
});
