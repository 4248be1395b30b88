import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { PassThrough } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { asyncScheduler, Subject, take } from 'rxjs';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ingest } from '../../operators/ingest.ts';
import { cut, failed, numbers, TABLE, world } from '../support/toZerobusWorld.ts';

const levels = { t: true, f: false };

/** Creates rows that log each read, and that their iterator is closed: `5 read 2`. */
function loggedRows(count: number): { readonly rows: Iterable<object>; readonly log: readonly string[] } {
  const log: string[] = [];
  const note = (text: string): void => void log.push(`${asyncScheduler.now()} ${text}`);
  function* rows(): Generator<object> {
    try {
      for (let n = 0; n < count; n++) {
        note(`read ${n}`);
        yield { n };
      }
    } finally {
      note('closed');
    }
  }
  return { rows: rows(), log };
}

describe('ingest', () => {
  it('emits the durable watermark of what it reads, and completes after the last ack and the end of the call', () => {
    world(({ server, optionsFor, flush, expectObservable, expectSubscriptions }) => {
      const service = server('                              o-0--1-|');
      const options = optionsFor([service], { maxBatchRecords: 2 });
      const result = '                                      --1--2-|';
      expectObservable(ingest([{ n: 1 }, '{"n":2}', { n: 3 }], TABLE, options)).toBe(result, numbers);
      expectSubscriptions(service.subscriptions).toBe('     ^------!');
      flush();
      expect(options.transport.seen).toEqual([
        '0 create main.iot.readings',
        '0 batch 0: {"n":1} {"n":2}',
        '0 batch 1: {"n":3}',
        '5 half-close',
      ]);
    });
  });

  it('reads ahead until half of what several streams together may have in flight', () => {
    world(({ server, optionsFor, flush, expectObservable }) => {
      const servers = [server('o---0-----1---2-|'), server('o-----0-----1---|')];
      const { rows, log } = loggedRows(6);
      const options = optionsFor(servers, { streams: 2, random: () => 0, maxInflightRecords: 6, maxBatchRecords: 2 });
      expectObservable(ingest(rows, TABLE, options)).toBe('----1-2-----4-5-|', numbers);
      flush();
      expect(log.slice(0, 6)).toEqual(['0 read 0', '0 read 1', '0 read 2', '4 read 3', '4 read 4', '10 read 5']);
    });
  });

  it('completes at once on an empty input, without waiting for a connection', () => {
    world(({ server, optionsFor, expectObservable, expectSubscriptions }) => {
      const service = server('                         ----o');
      expectObservable(ingest([], TABLE, optionsFor([service]))).toBe('|');
      expectSubscriptions(service.subscriptions).toBe('(^!)');
    });
  });

  it('reads ahead until half of what may be in flight, and resumes at a quarter', () => {
    world(({ server, optionsFor, flush, expectObservable, expectSubscriptions }) => {
      const service = server(' o---0-1---2-3-4-|');
      const { rows, log } = loggedRows(5);
      const result$ = ingest(rows, TABLE, optionsFor([service], { maxInflightRecords: 4, maxBatchRecords: 1 }));
      expectObservable(result$).toBe('----0-1---2-3-4-|', numbers);
      expectSubscriptions(service.subscriptions).toBe('^---------------!');
      flush();
      expect(log).toEqual(['0 read 0', '0 read 1', '4 read 2', '6 read 3', '10 read 4', '12 closed']);
    });
  });

  it('reads nothing while the connection is broken, and does not read a record again to resend it', () => {
    world(({ server, optionsFor, flush, expectObservable }) => {
      const { rows, log } = loggedRows(3);
      const options = optionsFor([server('o-#', cut), server('o-0-1-|')], { maxInflightRecords: 4 });
      expectObservable(ingest(rows, TABLE, options)).toBe('-- 10ms --1-2-|', numbers);
      flush();
      expect(log).toEqual(['0 read 0', '0 read 1', '14 read 2', '14 closed']);
      expect(options.transport.seen.filter((line) => line.includes('batch'))).toEqual([
        '0 batch 0: {"n":0} {"n":1}',
        '12 batch 0: {"n":0} {"n":1}',
        '14 batch 1: {"n":2}',
      ]);
    });
  });

  it("forwards backpressure to the user's own observer, in order", () => {
    world(({ server, optionsFor, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const options = optionsFor([server('o---0---1---2-|')], { maxInflightRecords: 4, backpressure });
      expectObservable(backpressure).toBe('t---(ft)f', levels);
      expectObservable(ingest([{ n: 0 }, { n: 1 }, { n: 2 }, { n: 3 }, { n: 4 }], TABLE, options)).toBe(
        '----1---3---4-|',
        numbers,
      );
    });
  });

  it("is not slowed down by the user's observer, which may complete", () => {
    world(({ server, optionsFor, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      backpressure.complete();
      const options = optionsFor([server('o-0-1-|')], { maxInflightRecords: 4, backpressure });
      expectObservable(ingest([{ n: 0 }, { n: 1 }, { n: 2 }], TABLE, options)).toBe('--1-2-|', numbers);
    });
  });

  it('forwards the error of the input once all records before it are durable', () => {
    world(({ server, optionsFor, expectObservable }) => {
      const disk = new Error('disk');
      function* failing(): Generator<object> {
        yield { n: 0 };
        throw disk;
      }
      expectObservable(ingest(failing(), TABLE, optionsFor([server('o--0-|')]))).toBe('---0-#', numbers, disk);
    });
  });

  it('closes the input when the stream fails', () => {
    world(({ server, optionsFor, flush, expectObservable }) => {
      const denied = failed('PERMISSION_DENIED', 'no');
      const { rows, log } = loggedRows(9);
      const options = optionsFor([server('o--#', denied)], { maxInflightRecords: 2 });
      expectObservable(ingest(rows, TABLE, options)).toBe('---#', numbers, denied);
      flush();
      expect(log).toEqual(['0 read 0', '3 closed']);
    });
  });

  it('ends at a record that is refused, and closes the input', () => {
    world(({ server, optionsFor, flush }) => {
      let isClosed = false;
      function* rows(): Generator<object> {
        try {
          yield { n: 0 };
          yield [];
          yield { n: 2 };
        } finally {
          isClosed = true;
        }
      }
      const errors: unknown[] = [];
      ingest(rows(), TABLE, optionsFor([server('o--0-|')])).subscribe({
        error: ({ code, offset }: ZerobusError) => errors.push([code, offset]),
      });
      flush();
      expect([errors, isClosed]).toEqual([[['INVALID_RECORD', 1]], true]);
    });
  });

  it('cancels the call and closes the input when unsubscribed from', () => {
    world(({ server, optionsFor, flush, expectObservable, expectSubscriptions }) => {
      const service = server('  o-0-------');
      const unsubscription = '  ^----!';
      const { rows, log } = loggedRows(9);
      const options = optionsFor([service], { maxInflightRecords: 2 });
      expectObservable(ingest(rows, TABLE, options), unsubscription).toBe('--0---', numbers);
      expectSubscriptions(service.subscriptions).toBe(unsubscription);
      flush();
      expect(log).toEqual(['0 read 0', '2 read 1', '5 closed']);
      expect(options.transport.seen.at(-1)).toBe('5 cancel');
    });
  });

  it('does not break the chain when unsubscribed from explicitly', () => {
    world(({ server, optionsFor, expectObservable, expectSubscriptions }) => {
      const service = server('o-0-------');
      const result$ = ingest([{ n: 0 }, { n: 1 }], TABLE, optionsFor([service])).pipe(take(9));
      expectObservable(result$, '^----!').toBe('--1---', numbers);
      expectSubscriptions(service.subscriptions).toBe('^----!');
    });
  });

  it('reads the input and opens a stream for each subscription', () => {
    world(({ server, optionsFor, flush, expectObservable }) => {
      const options = optionsFor([server('o--0|'), server('o-----0|')]);
      const result$ = ingest([{ n: 0 }], TABLE, options);
      expectObservable(result$).toBe('---0|', numbers);
      expectObservable(result$).toBe('------0|', numbers);
      flush();
      expect(options.transport.seen.filter((line) => line.includes('batch'))).toEqual([
        '0 batch 0: {"n":0}',
        '0 batch 0: {"n":0}',
      ]);
    });
  });

  it('refuses bad options and names at once, before the input is read', () => {
    world(({ optionsFor }) => {
      const { rows, log } = loggedRows(1);
      for (const [code, table, options] of [
        ['INVALID_TABLE_NAME', 'readings', {}],
        ['INVALID_OPTIONS', TABLE, { maxInflightRecords: 0 }],
      ] as const) {
        expect(() => ingest(rows, table, optionsFor([], options))).toThrow(jasmine.objectContaining({ code }));
      }
      expect(log).toEqual([]);
    });
  });

  const refused: Record<string, () => unknown> = {
    'a string': () => 'readings.ndjson',
    bytes: () => Buffer.from('{"n":1}'),
    'a stream of a file': () => createReadStream('package.json'),
    'a stream of text': () => createReadStream('package.json', 'utf8'),
    'a stream that decompresses': () => createGunzip(),
    'a stream of bytes': () => new PassThrough(),
    'a web stream of bytes': () => new Blob(['{"n":1}']).stream(),
    'a URL': () => new URL('file:///readings.ndjson'),
    'a readline interface': () => createInterface({ input: new PassThrough() }),
  };

  for (const [name, make] of Object.entries(refused)) {
    it(`refuses ${name} at once, and names ndjson`, () => {
      const input = make();
      expect(() => ingest(input as never, TABLE)).toThrow(
        jasmine.objectContaining({
          code: 'INVALID_OPTIONS',
          message: jasmine.stringMatching(/^The input .* ndjson\(\S+\).*\.$/),
        }),
      );
      (input as Partial<PassThrough>).on?.('error', () => {});
      (input as Partial<PassThrough>).destroy?.();
      (input as { close?(): void }).close?.();
    });
  }

  it('names ndjson when an iterable yields bytes to a JSON stream', () => {
    world(({ optionsFor, server, flush }) => {
      const errors: string[] = [];
      ingest([Buffer.from('{"n":1}\n{"n')] as never, TABLE, optionsFor([server('o')])).subscribe({
        error: ({ message }: ZerobusError) => errors.push(message),
      });
      flush();
      expect(errors).toEqual([jasmine.stringContaining('ndjson(')]);
    });
  });
});
