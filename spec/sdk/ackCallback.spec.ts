import fc from 'fast-check';
import { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type AckCallback, AckCallbackQueue } from '../../lib/sdk/ackCallback.ts';
import { nextTurn } from '../support/promises.ts';

describe('AckCallbackQueue', () => {
  const failure = new ZerobusError('UNAVAILABLE', 'cut');
  let calls: string[];
  const callback: AckCallback = {
    onAck: (offset) => void calls.push(`ack ${offset}`),
    onError: (offset, error) => void calls.push(`error ${offset} ${error.code}`),
  };

  beforeEach(() => {
    calls = [];
  });

  async function untilCalled(count: number): Promise<void> {
    while (calls.length < count) {
      await nextTurn();
    }
    await nextTurn();
  }

  it('calls back once per offset and in order, whatever watermarks it receives and whenever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ by: fc.nat(50), turn: fc.boolean() }), { maxLength: 20 }),
        fc.nat(20),
        async (steps, failing) => {
          calls = [];
          const queue = new AckCallbackQueue(callback);
          let durable = -1;
          for (const { by, turn } of steps) {
            durable += by;
            if (by > 0) {
              queue.onDurable(durable);
            }
            if (turn) {
              await nextTurn();
            }
          }
          queue.onFailure(durable + failing, failure);
          await untilCalled(durable + 1 + failing);
          expect(calls).toEqual([
            ...Array.from({ length: durable + 1 }, (_, offset) => `ack ${offset}`),
            ...Array.from({ length: failing }, (_, n) => `error ${durable + 1 + n} UNAVAILABLE`),
          ]);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('gives the event loop a turn during a million calls', async () => {
    let count = 0;
    const queue = new AckCallbackQueue({ onAck: () => count++ });
    queue.onDurable(999_999);
    await nextTurn();
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(1_000_000);
    while (count < 1_000_000) {
      await nextTurn();
    }
    await nextTurn();
    expect(count).toBe(1_000_000);
  });

  it('works without either of its functions', async () => {
    const queue = new AckCallbackQueue({ onError: (offset) => void calls.push(`error ${offset}`) });
    queue.onDurable(1);
    queue.onFailure(2, failure);
    await untilCalled(1);
    expect(calls).toEqual(['error 2']);
  });

  it('keeps `this` of a callback that is an instance of a class', async () => {
    class Counter implements AckCallback {
      count = 0;
      onAck(): void {
        this.count++;
      }
    }
    const counter = new Counter();
    new AckCallbackQueue(counter).onDurable(4);
    await nextTurn();
    expect(counter.count).toBe(5);
  });
});
