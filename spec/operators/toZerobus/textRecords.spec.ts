import { from } from 'rxjs';
import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { recordsOf } from '../../../lib/wire/batch.ts';
import { JsonRecordBuilder } from '../../../lib/wire/jsonRecordBuilder.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { READINGS_TABLE, type StartedServer, startServer } from '../../support/startServer.ts';
import { world } from '../../support/toZerobusWorld.ts';

const BOM = '\ufeff';

/** Runs texts through the operator: what is sent, which offsets become durable, and how it ends. */
function outcome(texts: readonly string[]): { sent: unknown; offsets: number[]; end: unknown } {
  const offsets: number[] = [];
  let sent: unknown;
  let end: unknown;
  world(({ server, operatorTo, flush }) => {
    const operator = operatorTo([server('o-0-|')]);
    operator(from(texts)).subscribe({
      next: (offset) => offsets.push(offset),
      error: (error: ZerobusError) => (end = [error.code, error.offset]),
      complete: () => (end = 'complete'),
    });
    flush();
    sent = operator.seen.filter((line) => line.includes('batch')).map((line) => line.replace(/^.*?: /, ''));
  });
  return { sent, offsets, end };
}

describe('toZerobus: JSON text as it is found in files', () => {
  it('is sent without a byte order mark, blanks and line breaks around it', () => {
    for (const text of [`${BOM}{"n":1}`, '{"n":1}\r', '{"n":1}\r\n', ' \t{"n":1} ', `${BOM} {"n":1}\n`]) {
      expect(outcome([text])).toEqual({ sent: ['{"n":1}'], offsets: [0], end: 'complete' });
    }
  });

  it('has an offset, but is not sent, if it is blank', () => {
    for (const blank of ['', '\r', ' ', '\t \r\n', BOM, `${BOM}\r`]) {
      expect(outcome(['{"n":1}', blank, '{"n":2}', blank])).toEqual({
        sent: ['{"n":1} {"n":2}'],
        offsets: [3],
        end: 'complete',
      });
      expect(outcome([blank, blank, '{"n":1}']).offsets.at(-1)).toBe(2);
    }
  });

  it('completes if there is nothing else', () => {
    const { offsets, end } = outcome(['', '\r']);
    expect([offsets.at(-1), end]).toEqual([1, 'complete']);
  });

  it('is INVALID_RECORD with its offset if it is not one object', () => {
    for (const text of [
      '{"n":1}{"n":2}',
      '{"n":1}\n{"n":2}',
      '{"n":1}\r\n{"n":2}\r\n',
      '{"n":{"m":1}} {"n":2}',
      '{"n":"}{"}{"n":2}',
      '[{"n":1}]',
      '[',
      ']',
      '{"n":1},',
      '"text"',
      '17',
      'null',
      'device,temp',
      '# comment',
    ]) {
      expect(outcome(['{"n":0}', '', text]))
        .withContext(text)
        .toEqual({ sent: ['{"n":0}'], offsets: [1], end: ['INVALID_RECORD', 2] });
    }
  });

  it('is sent if only its texts look like several objects', () => {
    for (const text of ['{"n":"}{"}', '{"a":{},"b":"} {"}', '{"a":[{"b":1},{"b":2}]}', '{"a":"\\"}{\\""}']) {
      expect(outcome([text])).toEqual({ sent: [text], offsets: [0], end: 'complete' });
    }
  });

  it('has no half of a surrogate pair as an escape, and keeps every other escape', () => {
    const cases = [
      [JSON.stringify({ a: 'cut 😀'.slice(0, 5) }), '{"a":"cut \\ufffd"}'],
      [JSON.stringify({ ['\udc00']: 'x'.repeat(300) }), `{"\\ufffd":"${'x'.repeat(300)}"}`],
      ['{"a":"\\uD83D\\uDE00 \\u00e9 \\\\ud83d"}', '{"a":"\\uD83D\\uDE00 \\u00e9 \\\\ud83d"}'],
      ['{"a":"\\uD83D\\uD83D\\uDE00"}', '{"a":"\\ufffd\\uD83D\\uDE00"}'],
      [`{"a":"${'x'.repeat(84)}"}`, `{"a":"${'x'.repeat(84)}"}`],
    ] as const;
    const records: unknown[] = [];
    const limits = { maxBatchRecords: 100, maxBatchBytes: 100_000 };
    const builder = new JsonRecordBuilder(limits, (batch) => records.push(...recordsOf(batch)));
    for (const [text] of cases) {
      builder.add(text);
    }
    builder.seal();
    expect(records).toEqual(cases.map(([, text]) => text));
  });
});

describe('toZerobus: a file of lines, against a real server', () => {
  let test: StartedServer;
  beforeAll(async () => (test = await startServer()));
  afterAll(() => test.server.close());

  it('stores each record once, with blank lines anywhere and text cut in an emoji', async () => {
    const cut = 'cut 😀'.slice(0, 5);
    const lines = [`${BOM}{"device":"a","temp":1}\r`, '\r', '', JSON.stringify({ device: cut, temp: 2 }), '', ''];
    const offsets: number[] = [];
    await from(lines)
      .pipe(toZerobus(READINGS_TABLE, test.connection))
      .forEach((offset) => {
        offsets.push(offset);
      });
    expect(offsets.at(-1)).toBe(5);
    expect(test.server.counters(READINGS_TABLE).acceptedRows).toBe(2);
  });
});
