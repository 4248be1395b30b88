import fc from 'fast-check';
import { isZerobusError } from '../../lib/errors/zerobusError.ts';
import { KnownSequences } from '../../lib/gateway/knownSequences.ts';
import { parseEvents, parseHead } from '../../lib/gateway/parseRequest.ts';
import { RequestError } from '../../lib/gateway/requestError.ts';

const head = fc.record({ version: fc.constant(1), client: fc.uuid(), kept: fc.nat({ max: 100 }) });

const events = fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.jsonValue({ noUnicodeString: false })), {
  minLength: 1,
  maxLength: 20,
});

/** Parses a body as a gateway does, and returns the error if it is not of the form. */
function errorOf(body: string): unknown {
  try {
    parseEvents(body, parseHead(body));
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('The parser of requests', () => {
  it('reads what a page writes', () => {
    fc.assert(
      fc.property(head, events, (first, steps) => {
        let last = first.kept - 1;
        const pairs = steps.map(([step, event]) => {
          last += step;
          return [last, event] as const;
        });
        const body = [first, ...pairs].map((line) => JSON.stringify(line)).join('\n');
        expect(parseHead(body)).toEqual({ client: first.client, kept: first.kept });
        const parsed = parseEvents(body, first);
        expect(parsed.sequences).toEqual(pairs.map(([sequence]) => sequence));
        const gaps = pairs.filter(([sequence], index) => index > 0 && sequence !== (pairs[index - 1]?.[0] ?? 0) + 1);
        const newRanges = gaps.length + (pairs[0]?.[0] === first.kept ? 0 : 1);
        expect(new KnownSequences(first.kept - 1).newRanges(parsed.sequences)).toBe(newRanges);
        for (const [index, event] of parsed.events.entries()) {
          expect(isZerobusError(event) || JSON.stringify(event) === JSON.stringify(pairs[index]?.[1])).toBeTrue();
        }
      }),
      { numRuns: 100 },
    );
  });

  it('refuses everything else as a request that is not of the form', () => {
    const line = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' ', '[]', '[1,{}]', '[0,null]', '{"version":1}', '[1e99,0]', '[-1,0]', '"\\ud800"'),
      head.map((each) => JSON.stringify(each)),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 6 }), (lines) => {
        const error = errorOf(lines.join('\n'));
        if (error !== undefined) {
          expect(error).toBeInstanceOf(RequestError);
          expect((error as RequestError).status).toBe(400);
        }
      }),
      { numRuns: 300 },
    );
  });
});
