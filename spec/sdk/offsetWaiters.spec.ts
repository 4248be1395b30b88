import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { OffsetWaiters } from '../../lib/sdk/offsetWaiters.ts';

describe('OffsetWaiters', () => {
  const failure = new ZerobusError('UNAVAILABLE', 'cut');

  it('tells each waiter once, those of earlier offsets first, whoever comes in whatever order', () => {
    const step = fc.oneof(
      { weight: 4, arbitrary: fc.record({ wait: fc.nat(60) }) },
      { weight: 1, arbitrary: fc.record({ durable: fc.nat(60) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const waiters = new OffsetWaiters();
        const told: string[] = [];
        let waiting: { id: number; offset: number }[] = [];
        steps.forEach((current, id) => {
          if ('wait' in current) {
            const offset = current.wait;
            waiters.add(
              offset,
              (durable) => told.push(`${id} durable ${durable}`),
              (error) => told.push(`${id} ${error.message}`),
            );
            waiting.push({ id, offset });
            return;
          }
          const { durable } = current;
          told.length = 0;
          waiters.resolveUpTo(durable);
          const due = waiting
            .filter(({ offset }) => offset <= durable)
            .sort((a, b) => a.offset - b.offset || a.id - b.id);
          expect(told).toEqual(due.map(({ id: waiter, offset }) => `${waiter} durable ${offset}`));
          waiting = waiting.filter(({ offset }) => offset > durable);
        });
        told.length = 0;
        waiters.rejectAll(failure);
        expect(told).toHaveSize(waiting.length);
        waiters.rejectAll(failure);
        waiters.resolveUpTo(1000);
        expect(told).toHaveSize(waiting.length);
      }),
    );
  });

  it('serves a long queue from its front without losing anybody', () => {
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

  it('takes a waiter that is added while another is told', () => {
    const waiters = new OffsetWaiters();
    const told: string[] = [];
    waiters.add(
      0,
      () => {
        told.push('first');
        waiters.add(1, () => told.push('second'), fail);
      },
      fail,
    );
    waiters.resolveUpTo(0);
    expect(told).toEqual(['first']);
    waiters.resolveUpTo(1);
    expect(told).toEqual(['first', 'second']);
  });
});
