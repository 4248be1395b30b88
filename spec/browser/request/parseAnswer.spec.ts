import fc from 'fast-check';
import { parseAnswer } from '../../../lib/browser/request/parseAnswer.ts';

describe('parseAnswer', () => {
  const parse = (status: number, body: unknown, retryAfter = ''): unknown =>
    parseAnswer({ status, body: typeof body === 'string' ? body : JSON.stringify(body), retryAfter }, 40, 41, 0);

  it('takes the answer of a gateway', () => {
    const refused = [{ sequence: 40, code: 'INVALID_RECORD', message: 'No such column.' }];
    expect(parse(200, { durable: 41, refused })).toEqual({ kind: 'durable', refused });
    expect(parse(200, { durable: 41, refused: [] })).toEqual({ kind: 'durable', refused: [] });
  });

  it('takes no refusal of an event that was not sent', () => {
    const others = [
      { sequence: 39, code: 'A', message: '' },
      { sequence: 42, code: 'A', message: '' },
      null,
      { sequence: '40' },
    ];
    expect(parse(200, { durable: 41, refused: others })).toEqual({ kind: 'durable', refused: [] });
  });

  it('removes nothing for any other answer, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 599 }),
        fc.oneof(fc.string(), fc.json()),
        fc.string(),
        (status, body, retryAfter) => {
          const { kind } = parseAnswer({ status, body, retryAfter }, 40, 41, 0);
          expect(kind).not.toBe('durable');
          expect(kind).not.toBe('invalid');
          expect(kind === 'tooLarge').toBe(status === 413);
        },
      ),
    );
    for (const body of [{ durable: 40, refused: [] }, { durable: 41 }, { durable: '41', refused: [] }, [], '<html>']) {
      expect(parse(200, body)).toEqual(
        jasmine.objectContaining({ kind: 'retry', reason: 'HTTP 200, but not from a gateway' }),
      );
    }
  });

  it('says when to ask again, and whether for other headers', () => {
    expect(parse(503, '', '7')).toEqual(
      jasmine.objectContaining({ kind: 'retry', afterMs: 7000, isUnauthorized: false }),
    );
    expect(parse(503, '', 'Thu, 01 Jan 1970 00:00:09 GMT')).toEqual(jasmine.objectContaining({ afterMs: 9000 }));
    expect(parse(401, '')).toEqual({ kind: 'retry', reason: 'HTTP 401', afterMs: undefined, isUnauthorized: true });
    expect(parse(403, '')).toEqual(jasmine.objectContaining({ isUnauthorized: true }));
    expect(parse(0, '')).toEqual(jasmine.objectContaining({ reason: 'a redirect' }));
  });

  it('takes a 400 for a mistake of the program only if the gateway says so', () => {
    expect(parse(400, { code: 'INVALID_REQUEST', message: 'No head.' })).toEqual({
      kind: 'invalid',
      message: 'No head.',
    });
    expect(parse(400, '<html>Bad Request</html>')).toEqual(jasmine.objectContaining({ kind: 'retry' }));
  });
});
