import { TurnTaker } from '../../lib/sdk/turnTaker.ts';
import { nextTurn } from '../support/promises.ts';

describe('TurnTaker', () => {
  it('resolves at once for a while, and then gives the event loop a turn', async () => {
    const turns = new TurnTaker();
    let isOver = false;
    let callsBefore = 0;
    setImmediate(() => {
      isOver = true;
    });
    for (; !isOver; callsBefore++) {
      await new Promise<void>((resolve) => turns.take(resolve, undefined));
    }
    expect(callsBefore).toBeGreaterThan(100);
    expect(callsBefore).toBeLessThan(10_000);
  });

  it('keeps the order of the calls that wait for the next turn', async () => {
    const turns = new TurnTaker();
    const order: number[] = [];
    for (let n = 0; n < 5000; n++) {
      turns.take((each) => order.push(each), n);
    }
    expect(order.length).toBeLessThan(5000);
    await nextTurn();
    expect(order).toEqual(Array.from({ length: 5000 }, (_, n) => n));
    // It is a new turn: calls resolve at once again.
    turns.take((each) => order.push(each), 5000);
    expect(order.at(-1)).toBe(5000);
  });
});
