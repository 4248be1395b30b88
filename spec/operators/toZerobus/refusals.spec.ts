import { of } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { marbles } from '../../support/marbles.ts';
import { scriptedTransport } from '../../support/scriptedTransport.ts';
import { records, TABLE, world } from '../../support/toZerobusWorld.ts';

describe('toZerobus: refusals', () => {
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  for (const [what, record] of [
    ['NaN', { n: Number.NaN }],
    ['a cycle', cyclic],
    ['an array', []],
    ['bytes on a JSON stream', new Uint8Array(2)],
    ['an object whose toJSON returns a number', { toJSON: () => 5 }],
    ['a number', 5],
    ['null', null],
  ] as const) {
    it(`ends with INVALID_RECORD at ${what}, once the records before it are durable`, () => {
      world(({ hot, server, operatorTo, flush, expectSubscriptions }) => {
        const source = hot('-ax-b-', { ...records, x: record as object });
        const errors: ZerobusError[] = [];
        const result$ = operatorTo([server('o-----0-|')])(source);
        expectSubscriptions(source.subscriptions).toBe('^-!');
        result$.subscribe({ error: (error) => errors.push(error) });
        flush();
        expect(
          errors.map(({ code, offset, isRetryable, unacked }) => ({ code, offset, isRetryable, unacked })),
        ).toEqual([{ code: 'INVALID_RECORD', offset: 1, isRetryable: false, unacked: [] }]);
      });
    });
  }

  it('ends with RECORD_TOO_LARGE at 11 MB, and hands that record back', () => {
    world(({ server, operatorTo, flush }) => {
      const large = JSON.stringify({ text: 'x'.repeat(11_000_000) });
      const errors: ZerobusError[] = [];
      operatorTo([server('o-0|')])(of({ n: 1 }, large, { n: 2 })).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(errors.map(({ code, offset }) => [code, offset])).toEqual([['RECORD_TOO_LARGE', 1]]);
      expect(errors[0]?.unacked.length).toBe(1);
      expect(errors[0]?.unacked[0] === large).toBeTrue();
    });
  });

  it('ends with BUFFER_OVERFLOW at one record above the limit, and hands back all records', () => {
    world(({ server, operatorTo, flush }) => {
      const errors: ZerobusError[] = [];
      const service = server('o');
      operatorTo([service], { maxInflightRecords: 2 })(of({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 })).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map(({ code, unacked }) => [code, unacked])).toEqual([
        ['BUFFER_OVERFLOW', ['{"n":1}', '{"n":2}', '{"n":3}']],
      ]);
    });
  });

  it('ends with BUFFER_OVERFLOW at one byte above the limit too', () => {
    world(({ server, operatorTo, flush }) => {
      const codes: string[] = [];
      operatorTo([server('o')], { maxInflightBytes: 20 })(of({ n: 1 }, { n: 2 }, { n: 3 })).subscribe({
        error: (error) => codes.push(`${error.code} ${error.unacked.length}`),
      });
      flush();
      expect(codes).toEqual(['BUFFER_OVERFLOW 3']);
    });
  });

  it('refuses bad options and names at once', () => {
    const transport = scriptedTransport({ scheduler: marbles(), servers: [] });
    for (const [code, name, options] of [
      ['INVALID_TABLE_NAME', 'readings', {}],
      ['INVALID_OPTIONS', TABLE, { maxInflightRecords: 0 }],
      ['INVALID_OPTIONS', TABLE, { maxBatchBytes: 4_000_000 }],
      ['INVALID_OPTIONS', TABLE, { recoveryBackoffMs: -1 }],
      ['INVALID_OPTIONS', TABLE, { lingerMs: Number.NaN }],
      ['INVALID_OPTIONS', TABLE, { streamPausedMaxWaitTimeMs: -1 }],
      ['INVALID_OPTIONS', TABLE, { descriptor: new Uint8Array() }],
    ] as const) {
      expect(() => toZerobus(name, { transport, ...options })).toThrow(jasmine.objectContaining({ code }));
    }
  });
});
