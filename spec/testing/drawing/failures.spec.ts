import { readFileSync } from 'node:fs';
import { concatMap, map, of, throwError } from 'rxjs';
import { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { defineTable } from '../../../lib/table/defineTable.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { type ZerobusTestHelpers, zerobusTest } from '../../../testing.ts';
import { codeBlocks } from '../../support/markdown.ts';
import { thrownBy } from '../../support/thrownBy.ts';

const TABLE = 'main.iot.readings';
const records = Object.fromEntries([...'abcdef'].map((id) => [id, { id }]));

/** The message of a test that fails. */
function messageOf(test: (helpers: ZerobusTestHelpers) => void): string {
  return (thrownBy(() => zerobusTest(test)) as Error).message;
}

function lines(...texts: readonly string[]): string {
  return texts.join('\n');
}

describe('A failed expectation', () => {
  it('draws batches as docs/testing.md shows', () => {
    const rows = Object.fromEntries(['a', 'b', 'c'].map((device, n) => [device, { device, kelvin: 274 + n }]));
    const message = messageOf(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus({ acks: '---0-----#--2' });
      const source = cold('            -a-b-c|', rows);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---0--------(2|)');
      expectArrivals(service).toBe('   -a-b-c---(bc)', { ...rows, c: { device: 'c', kelvin: 277 } });
    });
    const shown = codeBlocks(readFileSync('docs/testing.md', 'utf8')).filter(({ info }) => info === 'text');
    expect(shown.map(({ code }) => code.trimEnd())).toEqual([message]);
  });

  it('draws what an observable emits, with numbers and errors', () => {
    const message = messageOf(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ acks: '---0---x' });
      const source = cold('            -a-b|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('---0--1|', undefined, { code: 'UNAVAILABLE' });
    });
    expect(message).toBe(
      lines(
        'expectObservable: frame 6 differs from the expected diagram.',
        '',
        '  expected  ---0--1|',
        '  actual    ---0---#',
        '                  ^ frame 6',
        '',
        '  # actual = ZerobusError INVALID_ARGUMENT: The service refused a record.',
      ),
    );
  });

  it('draws long times, and all groups of a frame', () => {
    const message = messageOf(({ cold, zerobus, expectObservable }) => {
      const service = zerobus({ ackDelayMs: 1000 });
      const source = cold('            (abc|)', records);
      const durable$ = source.pipe(toZerobus(TABLE, { ...service.options, maxBatchRecords: 1 }));
      expectObservable(durable$).toBe('1s (01) 30ms |');
    });
    expect(message).toBe(
      lines(
        'expectObservable: frame 1000 differs from the expected diagram.',
        '',
        '  expected   1000ms (01)-- 28ms |',
        '  actual     1000ms (012|)',
        '                    ^ frame 1000',
      ),
    );
  });

  it('gives a value that is not expected a letter, and shows long values cut off', () => {
    const message = messageOf(({ cold, expectObservable }) => {
      const source = cold('            -a-b-c|', { a: 'x'.repeat(500), b: { A: 1n }, c: undefined });
      expectObservable(source.pipe(map((value) => [value]))).toBe('-a-b-c|', { B: ['?'] });
    });
    expect(message).toBe(
      lines(
        'expectObservable: frame 1 differs from the expected diagram.',
        '',
        '  expected  -a-b-c|',
        '  actual    -A-C-D|',
        '             ^ frame 1',
        '',
        `  A = [ '${'x'.repeat(157)}…`,
        '  C = [ { A: 1n } ]',
        '  D = [ undefined ]',
        `  a = '${'x'.repeat(159)}…`,
        '  b = { A: 1n }',
        '  c = undefined',
      ),
    );
  });

  it('draws subscriptions', () => {
    const message = messageOf(({ cold, zerobus, expectObservable, expectSubscriptions }) => {
      const service = zerobus({ acks: '---#--0' });
      const source = cold('            -a|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('------(0|)');
      expectSubscriptions(service.connections).toBe(['^---!', '---^--!']);
    });
    expect(message).toBe(
      lines(
        'expectSubscriptions: frame 3 differs from the expected diagram.',
        '',
        '  expected 0  ^---!',
        '  expected 1  ---^--!',
        '  actual 0    ^--!',
        '  actual 1    ---^--!',
        '                 ^ frame 3',
      ),
    );
  });

  it('draws rows of a definition by their columns', () => {
    const table = defineTable(TABLE, (t) => ({ at: t.timestamp().notNull() }));
    const message = messageOf(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus({ table });
      const source = cold('            -a|', { a: { at: new Date(0) } });
      const durable$ = source.pipe(toZerobus(table, service.options));
      expectObservable(durable$).toBe('-0|');
      expectArrivals(service).toBe('   -b', { b: { at: 1n } });
    });
    expect(message).toBe(
      lines(
        'expectArrivals: frame 1 differs from the expected diagram.',
        '',
        '  expected  -b-',
        '  actual    -a-',
        '             ^ frame 1',
        '',
        '  a = { at: 1970-01-01T00:00:00.000Z }',
        '  b = { at: 1n }',
      ),
    );
  });

  it('says how to see rows of a definition by their columns', () => {
    const table = defineTable(TABLE, (t) => ({ temp: t.int() }));
    const message = messageOf(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus();
      const source = cold('            -a|', { a: { temp: 1 } });
      const durable$ = source.pipe(toZerobus(table, service.options));
      expectObservable(durable$).toBe('-0|');
      expectArrivals(service).toBe('   -a');
    });
    expect(message).toBe(
      lines(
        'expectArrivals: frame 1 differs from the expected diagram.',
        '',
        '  expected  -a-',
        '  actual    -A-',
        '             ^ frame 1',
        '',
        '  A = Uint8Array(2) [ 8, 1 ]',
        '  a = { temp: 1 }',
        '',
        'The rows are protobuf: to compare them by columns, pass the definition as zerobus({ table }).',
      ),
    );
  });

  it('gives a text that looks like a letter another one, if the letter has a value', () => {
    const message = messageOf(({ cold, expectObservable }) => {
      expectObservable(cold('-a|', { a: { id: 1 } }).pipe(map(() => 'a'))).toBe('-b|');
    });
    expect(message).toContain("  expected  -b|\n  actual    -A|\n             ^ frame 1\n\n  A = 'a'");
  });

  it('draws that nothing was subscribed to', () => {
    const message = messageOf(({ zerobus, expectSubscriptions }) => {
      expectSubscriptions(zerobus().connections).toBe('-^-!');
    });
    expect(message).toContain('  expected  -^-!\n  actual    -----\n             ^ frame 1');
  });

  it('says that the pipeline does not use the service', () => {
    const message = messageOf(({ zerobus, expectArrivals }) => {
      expectArrivals(zerobus()).toBe('-a');
    });
    expect(message.split('\n').at(-1)).toBe(
      'The pipeline opened no stream on the service: pass service.options to it.',
    );
  });

  it('says that promises do not run, if nothing arrives', () => {
    const message = messageOf(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus();
      const source = cold('            -a|', records).pipe(concatMap(async (record) => record));
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$, '^---!').toBe('-0|');
      expectArrivals(service).toBe('   -a');
    });
    expect(message.split('\n').at(-1)).toBe(
      'Nothing arrived at the service. If a promise is in the pipeline, it does not run in virtual time.',
    );
  });

  it('is shown with all others, and with what is odd about the diagrams of the service', () => {
    const message = messageOf(({ cold, zerobus, expectArrivals, expectObservable }) => {
      const service = zerobus({ acks: '--2-0' });
      const source = cold('            -a|', records);
      const durable$ = source.pipe(toZerobus(TABLE, service.options));
      expectObservable(durable$).toBe('--(0|)');
      expectArrivals(service).toBe('   -a');
    });
    expect(message).toBe(
      lines(
        'expectObservable: frame 2 differs from the expected diagram.',
        '',
        '  expected  --(0|)',
        '  actual    ----  (0|)',
        '              ^ frame 2',
        '',
        'expectArrivals: frame 2 differs from the expected diagram.',
        '',
        '  expected  -a--',
        '  actual    -aa-',
        '              ^ frame 2',
        '',
        "  a = { id: 'a' }",
        '',
        'In frame 2, the service acknowledges record 2, which has not arrived. The client takes that for an error of the service.',
      ),
    );
  });

  it('has a stack that begins where it is stated', () => {
    const error = thrownBy(() =>
      zerobusTest(({ expectObservable }) => {
        expectObservable(of(1)).toBe('(2|)');
      }),
    ) as Error;
    const [first = ''] = error.stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
    expect(first).toContain('failures.spec');
    expect(error.stack).toContain(`Error: ${error.message}\n`);
  });

  it('is found by flush, too', () => {
    const message = messageOf(({ expectObservable, flush }) => {
      expectObservable(of(1)).toEqual(of(2));
      flush();
      throw new Error('flush did not find it');
    });
    expect(message).toContain('  expected  (2|)\n  actual    (1|)\n            ^ frame 0');
  });
});

describe('Errors that are expected', () => {
  const actual = throwError(() => new ZerobusError('NOT_FOUND', 'no such table', { cause: new Error('hidden') }));

  for (const [what, expected, isSame] of [
    ['the same error', new ZerobusError('NOT_FOUND', 'no such table'), true],
    ['another code', new ZerobusError('UNAVAILABLE', 'no such table'), false],
    ['another message', new ZerobusError('NOT_FOUND', 'no'), false],
    ['another class', new Error('no such table'), false],
    ['some of its properties', { code: 'NOT_FOUND', isRetryable: false }, true],
    ['another property', { code: 'UNAVAILABLE' }, false],
    ['text', 'no such table', false],
  ] as const) {
    it(`${isSame ? 'agree with' : 'differ from'} ${what}`, () => {
      const test = ({ expectObservable }: ZerobusTestHelpers): void =>
        expectObservable(actual).toBe('#', null, expected);
      if (isSame) {
        expect(() => zerobusTest(test)).not.toThrow();
      } else {
        expect(() => zerobusTest(test)).toThrowError(/frame 0 differs/);
      }
    });
  }
});
