import fc from 'fast-check';
import { changedJson, type JsonChange } from './changedJson.ts';
import type { FuzzTarget } from './fuzzTarget.ts';

/** A change of an input. Positions are parts of its length. */
type Change =
  | { readonly kind: 'put'; readonly at: number; readonly length: number; readonly bytes: Buffer }
  | ({ readonly kind: 'json' } & JsonChange)
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'nest'; readonly at: number; readonly length: number; readonly times: number };

/** No input grows beyond this length, at which what is quadratic takes seconds and what is linear does not. */
const MAX_LENGTH = 100_000;

/**
 * The inputs of a target: a seed with some bytes changed, words put in, parts cut out, moved, repeated or nested, or
 * any bytes.
 *
 * @param corpus inputs to begin with, in addition to the seeds of the target
 */
export function anyInput({ seeds, words = [] }: FuzzTarget, corpus: readonly Buffer[] = []): fc.Arbitrary<Buffer> {
  const known = [...seeds.map((seed) => Buffer.from(seed as Uint8Array)), ...corpus];
  const position = fc.double({ min: 0, max: 1, noNaN: true });
  const length = fc.oneof({ weight: 3, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(40) });
  const anyBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes));
  const word = fc.constantFrom(...words, ...oddTexts).map((text) => Buffer.from(text));
  const piece = fc
    .tuple(fc.constantFrom(...known), position, length)
    .map(([from, at, count]) => slice(from, at, count * 3));
  const change: fc.Arbitrary<Change> = fc.oneof(
    fc.record({
      kind: fc.constant('put' as const),
      at: position,
      length,
      bytes: fc.oneof(word, piece, anyBytes, fc.constant(Buffer.alloc(0))),
    }),
    fc.record({ kind: fc.constant('json' as const), line: position, value: position, becomes: oddJson }),
    fc.record({
      kind: fc.constantFrom('repeat' as const, 'nest' as const),
      at: position,
      length: fc.nat(40),
      times: fc.oneof({ weight: 20, arbitrary: fc.nat(20) }, { weight: 1, arbitrary: fc.nat(20_000) }),
    }),
  );
  const changed = fc
    .tuple(fc.constantFrom(...known), fc.array(change, { maxLength: 6 }))
    .map(([from, changes]) => changes.reduce(changeInput, from));
  const ofWords = fc.array(fc.oneof(word, piece), { maxLength: 12 }).map((parts) => Buffer.concat(parts));
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 2, arbitrary: ofWords },
    { weight: 1, arbitrary: anyBytes },
  );
}

/** Texts that are difficult in some format. */
const oddTexts: readonly string[] = [
  '\0',
  '\n',
  '"',
  "'",
  '\\',
  '\\u',
  '\\ud83d',
  '\u{1f600}',
  '\ufeff',
  '-',
  '0',
  '-0',
  '1e999',
  '9223372036854775808',
  '1.5',
  'null',
  'true',
  '{}',
  '[]',
  '""',
  '"__proto__":',
  '"constructor":',
  '"toString":',
];

/** JSON text that may stand in the place of other. */
const oddJson: fc.Arbitrary<string | undefined> = fc.oneof(
  fc.constantFrom(undefined, 'null', 'true', '0', '-1', '1.5', '1e300', '9223372036854775808', '""', '"x"', '"5"'),
  fc.constantFrom('"{}"', '"[]"', '[]', '{}', '[null]', '[5]', '["x"]', '{"type":"array"}', '{"__proto__":null}'),
  fc.constantFrom(10, 300, 20_000).map((depth) => `${'['.repeat(depth)}${']'.repeat(depth)}`),
  fc.jsonValue({ maxDepth: 2 }).map((value) => JSON.stringify(value)),
);

function slice(bytes: Buffer, at: number, length: number): Buffer {
  const start = Math.floor(at * bytes.length);
  return bytes.subarray(start, start + length);
}

function changeInput(input: Buffer, change: Change): Buffer {
  if (change.kind === 'json') {
    return changedJson(input, change).subarray(0, MAX_LENGTH);
  }
  const start = Math.floor(change.at * input.length);
  const end = Math.min(start + change.length, input.length);
  const [before, part, after] = [input.subarray(0, start), input.subarray(start, end), input.subarray(end)];
  if (change.kind === 'put') {
    return Buffer.concat([before, change.bytes, after]).subarray(0, MAX_LENGTH);
  }
  const times = Math.min(change.times, Math.floor(MAX_LENGTH / Math.max(part.length, 1)));
  const parts = Array.from({ length: times }, () => part);
  // Nested, the end of the input follows as often as the part.
  const closing = change.kind === 'nest' ? Array.from({ length: times }, () => after.subarray(0, part.length)) : [];
  return Buffer.concat([before, ...parts, ...closing, after]).subarray(0, MAX_LENGTH);
}
