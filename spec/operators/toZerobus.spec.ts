import { concat, Observable, of, Subject, take, throwError } from 'rxjs';
import type { RunHelpers } from 'rxjs/testing';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import { ZerobusError, type ZerobusErrorCode } from '../../lib/errors.ts';
import { type ToZerobusOptions, toZerobus } from '../../operators/toZerobus.ts';
import { marbles } from '../support/marbles.ts';
import { ack, closeSignal, created, type ScriptedTransport, scriptedTransport } from '../support/scriptedTransport.ts';

const table = 'main.iot.readings';

/** o: the stream is created · 0-9: an ack · d: the connection takes more · s: it will be closed in 30 ms · n: in 0 ms */
const acts = {
  o: created(),
  d: 'drain' as const,
  s: closeSignal(30),
  n: closeSignal(0),
  ...Object.fromEntries([...'0123456789'].map((digit) => [digit, ack(Number(digit))])),
};
const records = Object.fromEntries([...'abcdef'].map((id) => [id, { id }]));

interface World extends RunHelpers {
  /** A server as a diagram of {@link acts}. */
  server(diagram: string, error?: unknown): ReturnType<RunHelpers['cold']>;
  /** The operator against these servers, one a connection. */
  ingest(servers: readonly Observable<unknown>[], options?: ToZerobusOptions & { capacity?: number }): Ingest;
}

interface Ingest {
  (source: Observable<object | string>): Observable<number>;
  readonly seen: ScriptedTransport['seen'];
}

/** Runs a spec in virtual time; waits take half of their bound, 10 ms for the first. */
function world(spec: (world: World) => void): void {
  const scheduler = marbles();
  scheduler.run((helpers) => {
    const ingest: World['ingest'] = (servers, { capacity, ...options } = {}) => {
      const transport = scriptedTransport({
        scheduler,
        servers: servers as never,
        ...(capacity === undefined ? {} : { capacity }),
      });
      const operator = toZerobus(table, { transport, random: () => 0.5, recoveryBackoffMs: 20, ...options });
      return Object.assign((source: Observable<object | string>) => source.pipe(operator), { seen: transport.seen });
    };
    spec({ ...helpers, ingest, server: (diagram, error) => helpers.cold(diagram, acts as never, error) });
  });
}

const numbers = Object.fromEntries([...'0123456789'].map((digit) => [digit, Number(digit)]));
const failed = (code: ZerobusErrorCode, message: string, options = {}): ZerobusError =>
  new ZerobusError(code, message, options);
const cut = failed('UNAVAILABLE', 'cut');

/** The records that an observable's error hands back. */
function unackedOf(result$: Observable<unknown>, into: unknown[]): void {
  result$.subscribe({ error: (error: ZerobusError) => into.push(...error.unacked) });
}

describe('toZerobus, the way of a record', () => {
  it('emits the durable watermark, and completes after the last ack and the end of the call', () => {
    world(({ hot, server, ingest, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('   --a--b--c---|', records);
      const service = server('o---0----1----2--|');
      const operator = ingest([service]);
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

  it('sends what arrives in one turn as one batch, at its end', () => {
    world(({ server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o--0-|')]);
      expectObservable(operator(of({ n: 1 }, '{"n":2}', { n: 3 }))).toBe('---2-|', { 2: 2 });
      flush();
      expect(operator.seen).toEqual([
        '0 create main.iot.readings',
        '0 batch 0: {"n":1} {"n":2} {"n":3}',
        '3 half-close',
      ]);
    });
  });

  it('serialises a record when it is accepted, so that it may be changed afterwards', () => {
    world(({ server, ingest, flush }) => {
      const operator = ingest([server('-----o0')]);
      const record = { n: 1 };
      const source = new Subject<object>();
      operator(source).pipe(take(1)).subscribe();
      source.next(record);
      record.n = 2;
      flush();
      expect(operator.seen).toContain('5 batch 0: {"n":1}');
    });
  });

  it('queues what arrives before the stream is created', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('-----o-0|')]);
      expectObservable(operator(hot('-a-b-|', records))).toBe('-------1|', numbers);
      flush();
      expect(operator.seen[1]).toBe('5 batch 0: {"id":"a"} {"id":"b"}');
    });
  });

  it('lets a batch grow while the connection is busy, and sends it when that drains', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o----d---1-|')], { capacity: 2 });
      expectObservable(operator(hot('-abcd-|', records))).toBe('---------3-|', numbers);
      flush();
      expect(operator.seen.slice(1)).toEqual([
        '1 batch 0: {"id":"a"}',
        '5 batch 1: {"id":"b"} {"id":"c"} {"id":"d"}',
        '9 half-close',
      ]);
    });
  });

  it('holds a batch for lingerMs, unless it is full before', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o---------01---------2|')], { lingerMs: 5, maxBatchRecords: 3 });
      expectObservable(operator(hot('-ab------cde-------a|', records))).toBe('----------14---------5|', numbers);
      flush();
      expect(operator.seen.slice(1, 3)).toEqual([
        '6 batch 0: {"id":"a"} {"id":"b"}',
        '11 batch 1: {"id":"c"} {"id":"d"} {"id":"e"}',
      ]);
    });
  });
});

describe('toZerobus, its ends', () => {
  it('stays open on a source that never emits', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('o');
      expectObservable(ingest([service])(hot('-')), '^---------!').toBe('----------');
      expectSubscriptions(service.subscriptions).toBe('^---------!');
    });
  });

  it('completes at once on an empty source, without waiting for a connection', () => {
    world(({ cold, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('----o');
      expectObservable(ingest([service])(cold('|'))).toBe('|');
      expectSubscriptions(service.subscriptions).toBe('(^!)');
    });
  });

  it('half-closes an open stream that was never used', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o----|')]);
      expectObservable(operator(hot('---|'))).toBe('-----|');
      flush();
      expect(operator.seen).toEqual(['0 create main.iot.readings', '3 half-close']);
    });
  });

  it('completes where the service does not end the call: all is durable', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o-0')]);
      expectObservable(operator(hot('-(a|)', records))).toBe('--0 1999ms |', numbers);
      flush();
      expect(operator.seen.slice(-2)).toEqual(['2 half-close', '2002 cancel']);
    });
  });

  it('completes where the call fails after everything is durable', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('o-0--#', cut)])(hot('-(a|)', records))).toBe('--0--|', numbers);
    });
  });

  it('forwards the error of the source once what was accepted is durable', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('o-----0-----1-|');
      expectObservable(ingest([service])(hot('-a-b-#', records))).toBe('------0-----1-#', numbers);
      expectSubscriptions(service.subscriptions).toBe('^-------------!');
    });
  });

  it('forwards the error of a source that fails before anything at once', () => {
    world(({ cold, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('---o')])(cold('#'))).toBe('#');
    });
  });

  it('tells of both where the source fails and then the drain does', () => {
    world(({ server, ingest, flush }) => {
      const broken = new Error('source');
      const errors: ZerobusError[] = [];
      ingest([server('o--#', failed('PERMISSION_DENIED', 'no'))])(
        concat(
          of({ n: 1 }),
          throwError(() => broken),
        ),
      ).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map((error) => [error.code, error.unacked, error.sourceError])).toEqual([
        ['PERMISSION_DENIED', ['{"n":1}'], broken],
      ]);
    });
  });

  it('cancels everything when unsubscribed from, and tells the source', () => {
    world(({ hot, server, ingest, flush, expectObservable, expectSubscriptions }) => {
      const source = hot(' -a-b-c-d-', records);
      const service = server('o--0--------');
      const operator = ingest([service]);
      expectObservable(operator(source), '^-----!').toBe('---0---', numbers);
      expectSubscriptions(source.subscriptions).toBe('^-----!');
      expectSubscriptions(service.subscriptions).toBe('^-----!');
      flush();
      expect(operator.seen.at(-1)).toBe('6 cancel');
    });
  });

  it('does not break the chain when unsubscribed from explicitly', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const source = hot('-a-b-c-', records);
      expectObservable(ingest([server('o--0')])(source.pipe(take(9))).pipe(take(9)), '^---!').toBe('---0-', numbers);
      expectSubscriptions(source.subscriptions).toBe('^---!');
    });
  });

  it('stops listening to a synchronous source when it has failed', () => {
    world(({ server, ingest, flush }) => {
      const taken: number[] = [];
      const operator = ingest([server('o')], { maxInflightRecords: 3 });
      let code = '';
      operator(
        new Observable<object>((subscriber) => {
          for (let n = 0; n < 5000 && !subscriber.closed; n++) {
            taken.push(n);
            subscriber.next({ n });
          }
        }),
      ).subscribe({ error: (error: ZerobusError) => (code = error.code) });
      flush();
      expect([code, taken]).toEqual(['BUFFER_OVERFLOW', [0, 1, 2, 3]]);
    });
  });

  it('takes records that its own subscriber adds while it is told of durable ones', () => {
    world(({ server, ingest, flush }) => {
      const operator = ingest([server('o-0-1-2-|')]);
      const source = new Subject<object>();
      const watermarks: number[] = [];
      operator(source).subscribe((offset) => {
        watermarks.push(offset);
        if (offset < 2) source.next({ n: offset + 1 });
        else source.complete();
      });
      source.next({ n: 0 });
      flush();
      expect(watermarks).toEqual([0, 1, 2]);
      expect(operator.seen.slice(1)).toEqual([
        '0 batch 0: {"n":0}',
        '2 batch 1: {"n":1}',
        '4 batch 2: {"n":2}',
        '6 half-close',
      ]);
    });
  });

  it('shares nothing between two subscriptions', () => {
    world(({ cold, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o--0|'), server('o-----0|')]);
      const result$ = operator(cold('-(a|)', records));
      expectObservable(result$).toBe('---0|', numbers);
      expectObservable(result$).toBe('------0|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('batch'))).toEqual([
        '1 batch 0: {"id":"a"}',
        '1 batch 0: {"id":"a"}',
      ]);
    });
  });
});

describe('toZerobus, its checks of acks', () => {
  it('ignores repeated and late acks', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('o---1-1-0-2-|')])(hot('-a-b-(c|)', records))).toBe('----1-----2-|', numbers);
    });
  });

  for (const [what, bad] of [
    ['beyond what was sent', ack(1)],
    ['that is negative', ack(-1)],
    ['without an offset', ack()],
    ['that is no message', Uint8Array.of(0xff)],
    ['of a second creation', created()],
  ] as const) {
    it(`takes an ack ${what} for a protocol error, completes nothing by it and reconnects`, () => {
      world(({ hot, cold, ingest, flush, expectObservable }) => {
        const operator = ingest([cold('o-b', { o: created(), b: bad }), cold('o-0|', acts as never)]);
        expectObservable(operator(hot('-(a|)', records))).toBe('-- 10ms --0|', numbers);
        flush();
        expect(operator.seen).toEqual([
          '0 create main.iot.readings',
          '1 batch 0: {"id":"a"}',
          '2 cancel',
          '12 create main.iot.readings',
          '12 batch 0: {"id":"a"}',
          '14 half-close',
        ]);
      });
    });
  }

  it('is a protocol error, without recovery', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const message = 'The service acknowledged offset 5, but 0 to 0 were sent on this connection.';
      expectObservable(ingest([server('o-5')], { recovery: false })(hot('-a-', records))).toBe(
        '--#',
        numbers,
        failed('PROTOCOL_ERROR', message),
      );
    });
  });
});

describe('toZerobus, its timeouts', () => {
  it('fails where the stream is not created in time', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('-');
      const error = failed('STREAM_CREATION_TIMEOUT', 'The service did not create the stream within 5 ms.');
      expectObservable(ingest([service], { recovery: false, recoveryTimeoutMs: 5 })(hot('-a', records))).toBe(
        '-----#',
        numbers,
        error,
      );
      expectSubscriptions(service.subscriptions).toBe('^----!');
    });
  });

  it('reconnects where nothing becomes durable for too long, counted from the last progress', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o--0'), server('o-0|')], { serverLackOfAckTimeoutMs: 8 });
      expectObservable(operator(hot('-a-(b|)', records))).toBe('---0------- 10ms --1|', numbers);
      flush();
      expect(operator.seen.slice(-4)).toEqual([
        '11 cancel',
        '21 create main.iot.readings',
        '21 batch 0: {"id":"b"}',
        '23 half-close',
      ]);
    });
  });

  it('is not fed by repeated acks', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const error = failed('ACK_TIMEOUT', 'Nothing became durable for 8 ms, with 1 batches in flight.');
      const result$ = ingest([server('o--0-0-0-0-0-0-0')], { serverLackOfAckTimeoutMs: 8, recovery: false })(
        hot('-ab', records),
      );
      expectObservable(result$).toBe('---0-------#', numbers, error);
    });
  });

  it('rests while nothing is in flight', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const operator = ingest([server('o-0 50ms --1|')], { serverLackOfAckTimeoutMs: 8, recovery: false });
      expectObservable(operator(hot('-a 50ms -(b|)', records))).toBe('--0 50ms --1|', numbers);
    });
  });

  it('fails where the drain takes longer than flushTimeoutMs, with what is not durable', () => {
    world(({ server, ingest, flush }) => {
      const errors: ZerobusError[] = [];
      ingest([server('o--0')], { flushTimeoutMs: 20, maxBatchRecords: 1 })(of({ n: 1 }, { n: 2 })).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map((error) => [error.code, error.unacked])).toEqual([['FLUSH_TIMEOUT', ['{"n":2}']]]);
    });
  });
});

describe('toZerobus, its recovery', () => {
  it('waits, reconnects and sends again what was not acknowledged, before anything new', () => {
    world(({ hot, server, ingest, flush, expectObservable, expectSubscriptions }) => {
      const source = hot('-abc-----d------(e|)', records);
      const first = server('o---0-#', cut);
      const second = server('                o-1-2|');
      const operator = ingest([first, second]);
      expectObservable(operator(source)).toBe('----0-- 9ms --2-4|', numbers);
      expectSubscriptions(source.subscriptions).toBe('^---------------!');
      expectSubscriptions(first.subscriptions).toBe('^-----!');
      expectSubscriptions(second.subscriptions).toBe('----------------^----!');
      flush();
      expect(operator.seen.slice(4)).toEqual([
        '16 create main.iot.readings',
        '16 batch 0: {"id":"b"}',
        '16 batch 1: {"id":"c"}',
        '16 batch 2: {"id":"d"} {"id":"e"}',
        '20 half-close',
      ]);
    });
  });

  it('doubles the wait up to its bound, and gives up after recoveryRetries failures', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('#', cut);
      expectObservable(ingest([service], { recoveryBackoffMaxMs: 60 })(hot('a', records))).toBe(
        '10ms 20ms 30ms 30ms #',
        numbers,
        cut,
      );
      expectSubscriptions(service.subscriptions).toBe(['(^!)', '10ms (^!)', '30ms (^!)', '60ms (^!)', '90ms (^!)']);
    });
  });

  it('is not paid back by a connection that merely opens', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('o#', cut)], { recoveryRetries: 2 })(hot('a', records))).toBe(
        '- 10ms - 20ms -#',
        numbers,
        cut,
      );
    });
  });

  it('is paid back by durable progress', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const failing = server('o#', cut);
      const useful = server('o0#', cut);
      const operator = ingest([failing, useful, failing, server('o0|')], { recoveryRetries: 1, maxBatchRecords: 1 });
      expectObservable(operator(hot('(ab|)', records))).toBe('- 10ms -0- 10ms #', numbers, cut);
    });
  });

  it('does not retry what a retry cannot mend', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const service = server('o-#', failed('NOT_FOUND', 'no such table'));
      expectObservable(ingest([service])(hot('-a', records))).toBe(
        '--#',
        numbers,
        failed('NOT_FOUND', 'no such table'),
      );
      expectSubscriptions(service.subscriptions).toBe('^-!');
    });
  });

  it('fails at once where recovery is off, with what is not durable in order', () => {
    world(({ server, ingest, flush }) => {
      const unacked: unknown[] = [];
      unackedOf(
        ingest([server('o-0-#', cut)], { recovery: false, maxBatchRecords: 1 })(of({ n: 1 }, { n: 2 }, { n: 3 })),
        unacked,
      );
      flush();
      expect(unacked).toEqual(['{"n":2}', '{"n":3}']);
    });
  });

  it('takes a server that ends the call with OK too early for a failure', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('o-|'), server('o-0|')])(hot('-(a|)', records))).toBe('-- 10ms --0|', numbers);
    });
  });

  it('forgives failures of a stream that lived long and lost nothing', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const idle = server('o 99ms #', cut);
      const operator = ingest([idle, idle, idle, server('o 99ms 0|')], {
        recoveryRetries: 1,
        recoveryBackoffMaxMs: 90,
      });
      expectObservable(operator(hot('400ms (a|)', records))).toBe('430ms 0|', numbers);
    });
  });

  it('ends a wait at once when the source completes with everything durable', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('o-0-#', cut), server('o')])(hot('-a-----|', records))).toBe('--0----|', numbers);
    });
  });
});

describe('toZerobus, rotation', () => {
  it('waits for the acks of what is in flight, sends nothing new, and goes on with the next connection at once', () => {
    world(({ hot, server, ingest, flush, expectObservable, expectSubscriptions }) => {
      const first = server(' o--s--0-1-|');
      const second = server('          o--0|');
      const operator = ingest([first, second]);
      expectObservable(operator(hot('-ab--c--------|', records))).toBe('------0-1----2|', numbers);
      expectSubscriptions(first.subscriptions).toBe('^---------!');
      expectSubscriptions(second.subscriptions).toBe('----------^---!');
      flush();
      expect(operator.seen).toEqual([
        '0 create main.iot.readings',
        '1 batch 0: {"id":"a"}',
        '2 batch 1: {"id":"b"}',
        '8 half-close',
        '10 create main.iot.readings',
        '10 batch 0: {"id":"c"}',
        '14 half-close',
      ]);
    });
  });

  it('sends again what the announced time did not suffice for', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('o--s--0'), server('o-1|')]);
      expectObservable(operator(hot('-ab---(c|)', records))).toBe('------0-- 24ms --2|', numbers);
      flush();
      expect(operator.seen.slice(3)).toEqual([
        '33 cancel',
        '33 create main.iot.readings',
        '33 batch 0: {"id":"b"}',
        '33 batch 1: {"id":"c"}',
        '35 half-close',
      ]);
    });
  });

  it('waits no longer than streamPausedMaxWaitTimeMs', () => {
    world(({ hot, server, ingest, expectObservable, expectSubscriptions }) => {
      const first = server('o--s');
      expectObservable(ingest([first, server('o-0|')], { streamPausedMaxWaitTimeMs: 7 })(hot('-(a|)', records))).toBe(
        '--- 7ms --0|',
        numbers,
      );
      expectSubscriptions(first.subscriptions).toBe('^--- 6ms !');
    });
  });

  it('waits no longer than the service announced, whatever streamPausedMaxWaitTimeMs allows', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const operator = ingest([server('o--s'), server('o-0|')], { streamPausedMaxWaitTimeMs: 7000 });
      expectObservable(operator(hot('-(a|)', records))).toBe('--- 30ms --0|', numbers);
    });
  });

  it('reconnects at once with streamPausedMaxWaitTimeMs 0, and where the service gives no time', () => {
    for (const [diagram, streamPausedMaxWaitTimeMs] of [
      ['o--s', 0],
      ['o--n', undefined],
    ] as const) {
      world(({ hot, server, ingest, flush, expectObservable }) => {
        const operator = ingest([server(diagram), server('o-0|')], { streamPausedMaxWaitTimeMs });
        expectObservable(operator(hot('-(a|)', records))).toBe('-----0|', numbers);
        flush();
        expect(operator.seen.slice(2, 4)).toEqual(['3 cancel', '3 create main.iot.readings']);
      });
    }
  });

  it('is no failure, neither by the end nor by the error that follows the signal', () => {
    for (const [diagram, error] of [
      ['o--s-|', undefined],
      ['o--s-#', cut],
    ] as const) {
      world(({ hot, server, ingest, expectObservable }) => {
        const operator = ingest([server(diagram, error), server('o-0|')], { recovery: false });
        expectObservable(operator(hot('-(a|)', records))).toBe('-------0|', numbers);
      });
    }
  });

  it('is a failure where the service gives a reason that a new connection cannot mend', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const denied = failed('PERMISSION_DENIED', 'grants are gone');
      expectObservable(ingest([server('o--s-#', denied)])(hot('-(a|)', records))).toBe('-----#', numbers, denied);
    });
  });

  it('of an idle stream happens at once, and again at once when it lived long', () => {
    world(({ hot, server, ingest, expectSubscriptions, expectObservable }) => {
      const idle = server('o 99ms (s|)');
      expectObservable(ingest([idle], { recoveryBackoffMaxMs: 90 })(hot('-')), '^ 249ms !').toBe('-');
      expectSubscriptions(idle.subscriptions).toBe(['^ 99ms !', '100ms ^ 99ms !', '200ms ^ 49ms !']);
    });
  });

  it('that follows on rotation without anything becoming durable is slowed down', () => {
    world(({ hot, server, ingest, expectSubscriptions, expectObservable }) => {
      const restless = server('(on)');
      expectObservable(ingest([restless])(hot('a', records)), '^ 69ms !').toBe('-');
      expectSubscriptions(restless.subscriptions).toBe(['(^!)', '(^!)', '10ms (^!)', '30ms (^!)']);
    });
  });
});

describe('toZerobus, what it refuses', () => {
  const cyclic: { self?: object } = {};
  cyclic.self = cyclic;
  for (const [what, record] of [
    ['a BigInt', { n: 1n }],
    ['a cycle', cyclic],
    ['an array', []],
    ['bytes on a JSON stream', new Uint8Array(2)],
    ['what its toJSON makes no object', { toJSON: () => 5 }],
    ['a number', 5],
    ['null', null],
  ] as const) {
    it(`ends with INVALID_RECORD at ${what}, after what came before it is durable`, () => {
      world(({ hot, server, ingest, flush, expectSubscriptions }) => {
        const source = hot('-ax-b-', { ...records, x: record as never });
        const errors: ZerobusError[] = [];
        const result$ = ingest([server('o-----0-|')])(source);
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
    world(({ server, ingest, flush }) => {
      const large = JSON.stringify({ text: 'x'.repeat(11_000_000) });
      const errors: ZerobusError[] = [];
      ingest([server('o-0|')])(of({ n: 1 }, large, { n: 2 })).subscribe({ error: (error) => errors.push(error) });
      flush();
      expect(errors.map(({ code, offset }) => [code, offset])).toEqual([['RECORD_TOO_LARGE', 1]]);
      expect(errors[0]?.unacked.length).toBe(1);
      expect(errors[0]?.unacked[0] === large).toBeTrue();
    });
  });

  it('ends with BUFFER_OVERFLOW at one record more than may be in flight, and hands back all of them', () => {
    world(({ server, ingest, flush }) => {
      const errors: ZerobusError[] = [];
      const service = server('o');
      ingest([service], { maxInflightRecords: 2 })(of({ n: 1 }, { n: 2 }, { n: 3 }, { n: 4 })).subscribe({
        error: (error) => errors.push(error),
      });
      flush();
      expect(errors.map(({ code, unacked }) => [code, unacked])).toEqual([
        ['BUFFER_OVERFLOW', ['{"n":1}', '{"n":2}', '{"n":3}']],
      ]);
    });
  });

  it('counts bytes too', () => {
    world(({ server, ingest, flush }) => {
      const codes: string[] = [];
      ingest([server('o')], { maxInflightBytes: 20 })(of({ n: 1 }, { n: 2 }, { n: 3 })).subscribe({
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
      ['INVALID_OPTIONS', table, { maxInflightRecords: 0 }],
      ['INVALID_OPTIONS', table, { maxBatchBytes: 4_000_000 }],
      ['INVALID_OPTIONS', table, { recoveryBackoffMs: -1 }],
      ['INVALID_OPTIONS', table, { lingerMs: Number.NaN }],
      ['INVALID_OPTIONS', table, { streamPausedMaxWaitTimeMs: -1 }],
      ['INVALID_OPTIONS', table, { descriptor: new Uint8Array() }],
    ] as const) {
      expect(() => toZerobus(name, { transport, ...options })).toThrow(jasmine.objectContaining({ code }));
    }
  });
});

describe('toZerobus, backpressure', () => {
  it('says when half of what may be in flight is reached, and when it is down to a quarter', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const paused = new Subject<boolean>();
      const told: string[] = [];
      paused.subscribe((isPaused) => told.push(`${isPaused}`));
      const operator = ingest([server('o--------01--23-4|')], { maxInflightRecords: 8, paused });
      expectObservable(operator(hot('-abcd--------(e|)', records))).toBe('---------01--23-4|', numbers);
      flush();
      expect(told).toEqual(['true', 'false']);
    });
  });
});

describe('toZerobus, refused headers', () => {
  /** A provider that counts its tokens; `renews`: what it says when one was refused. */
  const provider = (renews: boolean): HeadersProvider & { readonly refused: string[] } => {
    let count = 0;
    const refused: string[] = [];
    return {
      refused,
      getHeaders: () => ({ authorization: `token ${++count}` }),
      invalidate: (headers) => {
        refused.push(headers['authorization'] ?? '');
        return renews;
      },
    };
  };
  const refusal = failed('UNAUTHENTICATED', 'token expired');

  it('asks for headers anew for every connection', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const operator = ingest([server('#', cut), server('o0|')], { headersProvider: provider(true) });
      expectObservable(operator(hot('(a|)', records))).toBe('10ms -0|', numbers);
      flush();
      expect(operator.seen.filter((line) => line.includes('token'))).toEqual(['0 token 1', '10 token 2']);
    });
  });

  it('asks once more, at once, where the provider has others, also for grants that were just given', () => {
    for (const code of ['UNAUTHENTICATED', 'PERMISSION_DENIED'] as const) {
      world(({ hot, server, ingest, flush, expectObservable }) => {
        const headersProvider = provider(true);
        const operator = ingest([server('-#', failed(code, 'refused')), server('o-0|')], {
          headersProvider,
          recoveryRetries: 1,
        });
        expectObservable(operator(hot('(a|)', records))).toBe('---0|', numbers);
        flush();
        expect(headersProvider.refused).toEqual(['token 1']);
        expect(operator.seen.filter((line) => line.includes('token'))).toEqual(['0 token 1', '1 token 2']);
      });
    }
  });

  it('stops after one renewal: repeated_auth_rejection_stops_after_one_remint', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const headersProvider = provider(true);
      expectObservable(ingest([server('-#', refusal)], { headersProvider })(hot('a', records))).toBe(
        '--#',
        numbers,
        refusal,
      );
      flush();
      expect(headersProvider.refused).toEqual(['token 1', 'token 2']);
    });
  });

  it('fails at once where there is no recovery, and has the provider forget what was refused', () => {
    for (const options of [{ recovery: false }, { recoveryRetries: 0 }]) {
      world(({ hot, server, ingest, flush, expectObservable }) => {
        const headersProvider = provider(true);
        const operator = ingest([server('-#', refusal)], { headersProvider, ...options });
        expectObservable(operator(hot('a', records))).toBe('-#', numbers, refusal);
        flush();
        expect(headersProvider.refused).toEqual(['token 1']);
      });
    }
  });

  it('fails at once where the provider has no others', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      expectObservable(ingest([server('-#', refusal)], { headersProvider: provider(false) })(hot('a', records))).toBe(
        '-#',
        numbers,
        refusal,
      );
    });
  });

  it('renews again after durable progress, for a stream that outlives its tokens', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const expired = server('o0#', refusal);
      const operator = ingest([expired, expired, expired, server('o0|')], {
        headersProvider: provider(true),
        maxBatchRecords: 1,
      });
      expectObservable(operator(hot('(abcd|)', records))).toBe('-0-1-2-3|', numbers);
    });
  });

  it('fails with what the provider fails with', () => {
    world(({ hot, server, ingest, expectObservable }) => {
      const headersProvider: HeadersProvider = {
        getHeaders: () => throwError(() => new Error('vault sealed')),
      };
      const error = failed('HEADERS_PROVIDER_FAILED', 'The headers provider failed: vault sealed');
      expectObservable(ingest([server('o')], { headersProvider })(hot('a', records))).toBe('#', numbers, error);
    });
  });
});
