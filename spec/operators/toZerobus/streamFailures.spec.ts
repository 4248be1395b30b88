import type { ZerobusError } from '../../../lib/errors/zerobusError.ts';
import { failed, numbers, world } from '../../support/toZerobusWorld.ts';
import { LEFT, operatorTo, RIGHT, type Row, rows, textOf } from '../../support/twoStreams.ts';

describe('toZerobus with several streams, when something fails', () => {
  it('ends all if one ends in an error, and hands back the records of all in the order of the source', () => {
    world((helpers) => {
      const { hot, server, flush, expectSubscriptions } = helpers;
      const errors: unknown[] = [];
      const second = server('o-----');
      const source = hot('-(abcd)', rows);
      const { operator } = operatorTo(helpers, [server('o----#', failed('PERMISSION_DENIED', 'no')), second]);
      operator(source).subscribe({ error: ({ code, unacked }: ZerobusError) => errors.push(code, unacked) });
      expectSubscriptions(second.subscriptions).toBe('^----!');
      expectSubscriptions(source.subscriptions).toBe('^----!');
      flush();
      expect(errors).toEqual(['PERMISSION_DENIED', [...'abcd'].map(textOf)]);
    });
  });

  it('names the offsets of the source for what the service refuses', () => {
    for (const [diagram, place] of [
      ['-(abcd)', { offset: undefined, offsets: { first: 1, last: 3 } }],
      ['-(abc)', { offset: 1, offsets: undefined }],
    ] as const) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const errors: unknown[] = [];
        const servers = [server('o'), server('o--#', failed('INVALID_ARGUMENT', 'no'))];
        const { operator } = operatorTo(helpers, servers);
        operator(hot(diagram, rows)).subscribe({
          error: ({ offset, offsets }: ZerobusError) => errors.push({ offset, offsets }),
        });
        flush();
        expect(errors).toEqual([place]);
      });
    }
  });

  it('forwards the error of the source once everything before it is durable in all of them', () => {
    world((helpers) => {
      const { hot, server, expectObservable } = helpers;
      const broken = new Error('broken');
      const servers = [server('o--0-|'), server('o-----0-|')];
      expectObservable(operatorTo(helpers, servers).operator(hot('-(ab)#', rows, broken))).toBe(
        '---0--1-#',
        numbers,
        broken,
      );
    });
  });

  it('ends at a record that has no key, with its offset, or rejects it', () => {
    for (const isRejected of [false, true]) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const results: unknown[] = [];
        const { operator } = operatorTo(helpers, [server('o--0-1-|'), server('o--0-|')], {
          partitionBy: ({ n, device }) => {
            if (n === 1) {
              throw new RangeError('no key');
            }
            return device;
          },
          ...(isRejected
            ? {
                rejected: ({ offset, error }: { offset: number; error: ZerobusError }) =>
                  void results.push(offset, error.code),
              }
            : {}),
        });
        operator(hot('-(abc|)', rows)).subscribe({
          next: (offset) => results.push(offset),
          error: ({ code, offset }: ZerobusError) => results.push(offset, code),
        });
        flush();
        expect(results).toEqual(isRejected ? [1, 'INVALID_RECORD', 1, 2] : [0, 1, 'INVALID_RECORD']);
      });
    }
  });

  it('hands back a record that has no key as it would have been sent, if it can be serialized', () => {
    for (const isRejected of [false, true]) {
      world((helpers) => {
        const { hot, server, flush } = helpers;
        const records: unknown[] = [];
        const { operator } = operatorTo(helpers, [server('o--0-1-|'), server('o--0-|')], {
          partitionBy: ({ n, device }) =>
            n === 1 || Number.isNaN(n) ? (Symbol('no key') as unknown as string) : device,
          ...(isRejected ? { rejected: ({ record }: { record: unknown }) => void records.push(record) } : {}),
        });
        operator(hot('-(axbc|)', { ...rows, x: { n: isRejected ? Number.NaN : 1, device: RIGHT } })).subscribe({
          error: ({ unacked }: ZerobusError) => records.push(...unacked),
        });
        flush();
        expect(records).toEqual(isRejected ? [undefined, textOf('b')] : [textOf('b')]);
      });
    }
  });

  it('counts rejections of all of them together, and names stream and offset of each', () => {
    world((helpers) => {
      const { hot, server, flush } = helpers;
      const events: string[] = [];
      const errors: unknown[] = [];
      const bad = (device: string): Row => ({ n: Number.NaN, device });
      const source = hot('-(axyz)', { ...rows, x: bad(RIGHT), y: bad(LEFT), z: bad(RIGHT) });
      const { operator } = operatorTo(helpers, [server('o------')], {
        maxRejectionsInARow: 2,
        rejected: () => undefined,
        events: {
          next: (event) => {
            if (event.kind === 'rejected') {
              events.push(`${event.kind} ${event.offset} of ${event.stream}`);
            }
          },
        },
      });
      operator(source).subscribe({ error: ({ code, unacked }: ZerobusError) => errors.push(code, unacked) });
      flush();
      // None of them was sent, so none has reached a stream: they follow the record in front of them.
      expect(events).toEqual(['rejected 1 of 0', 'rejected 2 of 0']);
      expect(errors).toEqual(['TOO_MANY_REJECTIONS', [textOf('a')]]);
    });
  });
});
