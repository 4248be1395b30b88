import { isUtf8 } from 'node:buffer';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { ndjson } from '../../../operators/ndjson.ts';
import { expectRight } from '../expectRight.ts';
import type { FuzzTarget } from '../fuzzTarget.ts';

const MAX_LINE_BYTES = 1000;

/** A file of lines. Its first byte says in how many pieces it arrives. */
export const linesTarget: FuzzTarget = {
  name: 'lines',
  seeds: [
    '\u0001{"n":1}\n{"n":2}\r\n\n{"n":3}',
    '\u0005\ufeff{"a":"größer"}\n \t\n[1]\n',
    '\u0002"\u2028"\n{}',
    '\u0001',
  ],
  words: ['\n', '\r\n', '\ufeff', '\u2028', '\u0085', ' ', '{"n":1}', '€'],
  isTyped: (error) => isZerobusError(error) || isOfZlib(error),
  read: async (input) => {
    const bytes = input.subarray(1);
    const size = Math.max(1, Math.ceil(bytes.length / ((input[0] ?? 0) + 1)));
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.subarray(at * size, (at + 1) * size),
    );
    const lines: string[] = [];
    for await (const line of ndjson(chunks, { maxLineBytes: MAX_LINE_BYTES })) {
      lines.push(line);
    }
    if (!isGzip(bytes)) {
      expectRight(isUtf8(bytes), 'text that is not UTF-8 is read');
      const expected = bytes
        .toString('utf8')
        .split('\n')
        .map((line) => line.replace(/^\ufeff/, '').replace(/\r$/, ''))
        .filter((line) => line.trim() !== '');
      expectRight(JSON.stringify(lines) === JSON.stringify(expected), `the lines are ${JSON.stringify(lines)}`);
    }
  },
};

function isGzip([first, second]: Buffer): boolean {
  return first === 0x1f && second === 0x8b;
}

/** An error of the stream is forwarded. */
function isOfZlib(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(?:Z_|ERR_)/.test(String(error.code));
}
