import { concat, defer, mergeMap, of, throwError } from 'rxjs';
import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { type ZerobusTestHelpers, zerobusTest } from '../../../testing.ts';

const TABLE = 'main.iot.readings';
const records = Object.fromEntries([...'abcdef'].map((id) => [id, { id }]));

/** Runs a test in virtual time. It fails by an error. */
function test(body: (helpers: ZerobusTestHelpers) => void): void {
  zerobusTest(body);
  expect().nothing();
}

describe('The diagrams of a scripted service express', () => {
  it('an ack', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus({ acks: '---0---1' });
      const source = cold('            -a-b-|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---0---(1|)');
      expectArrivals(service).toBe('   -a-b');
    });
  });

  it('acks before and behind a reconnect', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus({ acks: '---0---1-#--2|' });
      const source = cold('            -a-b-c|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---0---1----(2|)');
      expectArrivals(service).toBe('   -a-b-c---c--');
    });
  });

  it('an ack in the frame of the record', () => {
    test(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ acks: '01-(2)' });
      const source = cold('            ab-c|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('01-2|');
    });
  });

  it('a late and a duplicate ack', () => {
    test(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
      const service = zerobus({ acks: '---1-0-1-1-2' });
      const source = cold('            -ab-c---|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---1-------(2|)');
      expectSubscriptions(service.connections).toBe('^----------!');
    });
  });

  it('an ack of more than has arrived, a negative one, and one without an offset', () => {
    for (const offset of [7, -1, undefined]) {
      test(({ cold, zerobus, expectObservable, expectArrivals }) => {
        const service = zerobus({ acks: '---w-0', values: { w: { ack: offset } } });
        const source = cold('            -a|', records);
        const options = { ...service.options, recoveryRetries: 1 };
        const durable$ = source.pipe(toZerobus(TABLE, options));
        expectObservable(durable$).toBe('-----(0|)');
        expectArrivals(service).toBe('   -a-a');
      });
    }
  });

  it('an ack of a record beyond the ninth', () => {
    test(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ acks: '12ms w', values: { w: { ack: 11 } } });
      const source = cold('            abcdefabcdef|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('12ms (w|)', { w: 11 });
    });
  });

  it('a creation that is refused, hangs or fails, and one that is late', () => {
    const denied = new ZerobusError('UNAUTHENTICATED', 'no token');
    for (const [diagram, failed, code] of [
      ['--x', '--#', 'INVALID_ARGUMENT'],
      ['--u', '--#', 'UNAUTHENTICATED'],
      ['--#', '--#', 'UNAVAILABLE'],
      ['---', '---#', 'STREAM_CREATION_TIMEOUT'],
    ] as const) {
      test(({ cold, zerobus, expectObservable, expectArrivals }) => {
        const service = zerobus({ connections: diagram, values: { u: denied } });
        const options = { ...service.options, recovery: false, recoveryTimeoutMs: 3 };
        const durable$ = cold('a', records).pipe(toZerobus(TABLE, options));
        expectObservable(durable$).toBe(failed, undefined, { code });
        expectArrivals(service).toBe('   ');
      });
    }
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus({ connections: '--o' });
      const durable$ = cold('a|', records).pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('--(0|)');
      expectArrivals(service).toBe('   --a');
    });
  });

  it('a status with any code', () => {
    test(({ cold, zerobus, expectObservable }) => {
      const status = new ZerobusError('OUT_OF_RANGE', 'too far');
      const service = zerobus({ acks: '---r', values: { r: status } });
      const source = cold('            -a', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---#', undefined, {
        code: 'OUT_OF_RANGE',
        message: 'too far',
      });
    });
  });

  it('a service that is silent, and does not answer the next connection', () => {
    test(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
      const service = zerobus({ acks: '', connections: ['o', '-'] });
      const options = { ...service.options, serverLackOfAckTimeoutMs: 10, recoveryTimeoutMs: 5, recoveryRetries: 1 };
      const expected = { code: 'STREAM_CREATION_TIMEOUT' };
      const durable$ = cold('-a|', records).pipe(toZerobus(TABLE, options));
      expectObservable(durable$).toBe('16ms #', undefined, expected);
      expectSubscriptions(service.connections).toBe(['^----------!', '-----------^----!']);
    });
  });

  it('a close signal with its duration', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals, expectSubscriptions }) => {
      const service = zerobus({ acks: '--s-----1', values: { s: { closeSignalMs: 3 } } });
      const source = cold('            -a--b|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('--------(1|)');
      expectArrivals(service).toBe('   -a---(a,b)');
      expectSubscriptions(service.connections).toBe(['^----!', '-----^--!']);
    });
  });

  it('a token that is refused, slow, dead, or never comes', () => {
    const dead = new ZerobusError('INVALID_CREDENTIALS', 'no such client');
    test(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
      const service = zerobus({ tokens: ['#', '-', '--t'] });
      const options = { ...service.options, recoveryTimeoutMs: 5 };
      const durable$ = cold('a|', records).pipe(toZerobus(TABLE, options));
      expectObservable(durable$).toBe('-------(0|)');
      expectSubscriptions(service.tokenRequests).toBe(['(^!)', '^----!', '-----^-!']);
      expectSubscriptions(service.connections).toBe('-------(^!)');
    });
    test(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ tokens: '--c', values: { c: dead } });
      const expected = { code: 'INVALID_CREDENTIALS', message: 'no such client' };
      const durable$ = cold('a', records).pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('--#', undefined, expected);
    });
  });

  it('a token that expires, which the next connection does not use', () => {
    test(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
      const brief = { accessToken: 'brief', expiresInMs: 8 };
      const service = zerobus({ acks: '--#--1--#-2', tokens: ['b', 't'], values: { b: brief } });
      const source = cold('            -a--b-c|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('-----1----(2|)');
      expectSubscriptions(service.tokenRequests).toBe(['(^!)', '--------(^!)']);
    });
  });

  it('a connection that takes no more until it drains', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus({ acks: '------d1---4', capacity: 2 });
      const source = cold('            -abcd-e|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('-------1---(4|)');
      expectArrivals(service).toBe('   -ab---(cde)');
    });
  });

  it('a connection that breaks by itself, whatever its number', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals, expectSubscriptions }) => {
      const service = zerobus({ acks: '8ms 0', connections: ['o--#', 'o|', 'o'] });
      const source = cold('            -a|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('8ms (0|)');
      expectArrivals(service).toBe('   -a-aa');
      expectSubscriptions(service.connections).toBe(['^--!', '---^!', '----^---!']);
    });
  });

  it('what happens to several streams, by one diagram', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals, expectSubscriptions }) => {
      const service = zerobus({ acks: '----1-#-35' });
      const source = cold('            -abcdef|', records);
      const options = { ...service.options, streams: 2, partitionBy: ({ id }: { id: string }) => 'ace'.includes(id) };
      const durable$ = source.pipe(toZerobus(TABLE, options));
      expectObservable(durable$).toBe('----1---3(5|)');
      expectArrivals(service).toBe('   -abcde(f,d,f,c,e)');
      expectSubscriptions(service.connections).toBe(['^-----!', '^-----!', '------^--!', '------^--!']);
    });
  });

  it('a service that acknowledges by itself, and then breaks', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals, flush }) => {
      const service = zerobus({ acks: '----#', ackDelayMs: 2 });
      const source = cold('            -a-b|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---0--(1|)');
      expectArrivals(service).toBe('   -a-bb');
      flush();
      expect(service.rows).toEqual([records['a'], records['b']]);
      expect(service.arrivals.map(({ frame, format }) => [frame, format])).toEqual([
        [1, 'JSON'],
        [3, 'JSON'],
        [4, 'JSON'],
      ]);
    });
  });

  it('the numbers of records behind a rejected one', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus({ acks: '--0--x--2-3' });
      const source = cold('            -a-b---c-d|', records);
      const options = { ...service.options, rejected: () => undefined };
      const durable$ = source.pipe(toZerobus(TABLE, options));
      expectObservable(durable$).toBe('--0--1--2-(3|)');
      expectArrivals(service).toBe('   -a-b---c-d');
    });
  });

  it('rows that are refused for their content, in every batch', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals, expectSubscriptions }) => {
      const service = zerobus({ ackDelayMs: 1, refuses: ({ id }) => id === 'b' });
      const source = cold('            -a-(bc|)', records);
      const durable$ = source.pipe(toZerobus(TABLE, { ...service.options, rejected: () => undefined }));
      expectObservable(durable$).toBe('--01(2|)');
      expectArrivals(service).toBe('   -a-(bc,b,c)');
      expectSubscriptions(service.connections).toBe(['^--!', '---(^!)', '---^!']);
    });
    test(({ cold, zerobus, expectObservable }) => {
      const table = defineTable(TABLE, (t) => ({ at: t.timestamp() }));
      const service = zerobus({ table, refuses: ({ at }) => at instanceof Date && at.getTime() === 0 });
      const source = cold('            -a|', { a: { at: 0 } });
      const durable$ = source.pipe(toZerobus(table, service.options));
      expectObservable(durable$).toBe('-#', undefined, { code: 'INVALID_ARGUMENT', offset: 0 });
    });
  });

  it('what a service does that is created late, in frames of the test', () => {
    test(({ cold, zerobus, expectObservable }) => {
      const late = defer(() => of({ id: 'a' }).pipe(toZerobus(TABLE, zerobus({ acks: '#-----0' }).options)));
      const source = cold('            ---a|', records);
      expectObservable(source.pipe(mergeMap(() => late))).toBe('------(0|)');
    });
  });

  it('a source that fails behind its records', () => {
    test(({ zerobus, expectObservable }) => {
      const service = zerobus({ ackDelayMs: 3 });
      const broken = new Error('broken');
      const source = concat(
        of(records['a'] as object),
        throwError(() => broken),
      );
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---(0#)', undefined, broken);
    });
  });

  it('text records, and records that are encoded to the same row', () => {
    test(({ cold, zerobus, expectObservable, expectArrivals }) => {
      const service = zerobus();
      const source = cold('            -a-b|', { a: '{"at": "2026", "n": 9007199254740993}', b: '{}' });
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('-0-1|');
      expectArrivals(service).toBe('   -a-b', {
        a: { n: 9_007_199_254_740_993n, at: { toJSON: () => '2026' }, none: undefined },
        b: '{ }',
      });
    });
  });
});
