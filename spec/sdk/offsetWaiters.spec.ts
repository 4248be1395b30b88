import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { OffsetWaiters } from '../../lib/sdk/offsetWaiters.ts';

describe('OffsetWaiters', () => {
  const failure = new ZerobusError('UNAVAILABLE', 'cut');

  it('settles each waiter once, earlier offsets first, in whatever order they are added', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ wait: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ durable: fc.nat(60) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const waiters = new OffsetWaiters();
        const outcomes: string[] = [];
        let waiting: { id: number; offset: number }[] = [];
        steps.forEach((current, id) => {
          if ('wait' in current) {
            const offset = current.wait;
            waiters.add(
              offset,
              (durable) => outcomes.push(`${id} durable ${durable}`),
              (error) => outcomes.push(`${id} ${(error as Error).message}`),
            );
            waiting.push({ id, offset });
            return;
          }
          const { durable } = current;
          outcomes.length = 0;
          waiters.resolveUpTo(durable);
          const due = waiting
            .filter(({ offset }) => offset <= durable)
            .sort((a, b) => a.offset - b.offset || a.id - b.id);
          expect(outcomes).toEqual(due.map(({ id: waiter, offset }) => `${waiter} durable ${offset}`));
          waiting = waiting.filter(({ offset }) => offset > durable);
        });
        outcomes.length = 0;
        waiters.rejectAll(failure);
        expect(outcomes).toHaveSize(waiting.length);
        waiters.rejectAll(failure);
        waiters.resolveUpTo(1000);
        expect(outcomes).toHaveSize(waiting.length);
      }),
    );
  });

  it('resolves a long queue from its front without losing a waiter', () => {
    const waiters = new OffsetWaiters();
    const resolved: number[] = [];
    const count = 10_000;
    for (let offset = 0; offset < count; offset++) {
      waiters.add(offset, (durable) => resolved.push(durable), fail);
    }
    for (let offset = 2; offset < count; offset += 7) {
      waiters.resolveUpTo(offset);
    }
    waiters.resolveUpTo(count);
    expect(resolved).toEqual(Array.from({ length: count }, (_, offset) => offset));
  });

  it('accepts a waiter that is added while another is resolved', () => {
    const waiters = new OffsetWaiters();
    const outcomes: string[] = [];
    waiters.add(
      0,
      () => {
        outcomes.push('first');
        waiters.add(1, () => outcomes.push('second'), fail);
      },
      fail,
    );
    waiters.resolveUpTo(0);
    expect(outcomes).toEqual(['first']);
    waiters.resolveUpTo(1);
    expect(outcomes).toEqual(['first', 'second']);
  });
});
