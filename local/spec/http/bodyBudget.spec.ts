import { once } from 'node:events';
import { Readable } from 'node:stream';
import { BodyBudget, MAX_BUFFERED_BYTES } from '../../lib/http/bodyBudget.ts';

const CHUNK = Buffer.alloc(1024 * 1024);

/** A request that arrives as fast as it is read, and what the budget let through. */
class Arriving {
  readonly source: Readable;
  bytes = 0;

  constructor(budget: BodyBudget, length: number) {
    let left = length;
    this.source = new Readable({
      read() {
        this.push(left > 0 ? CHUNK : null);
        left -= CHUNK.length;
      },
    });
    budget.enter(this.source);
    this.source.on('data', (chunk: Buffer) => {
      this.bytes += chunk.length;
      budget.add(this.source, chunk.length);
    });
  }
}

describe('BodyBudget', () => {
  it('reads only the oldest request while the bodies of all have too many bytes, and the others after it', async () => {
    const budget = new BodyBudget();
    const length = 20 * CHUNK.length;
    const oldest = new Arriving(budget, length * 10);
    const others = Array.from({ length: 10 }, () => new Arriving(budget, length));
    const paused = others.map(({ source }) => once(source, 'pause'));
    await once(oldest.source, 'end');
    await Promise.all(paused);

    expect(oldest.bytes).toBe(length * 10);
    expect(others.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(
      MAX_BUFFERED_BYTES + 10 * CHUNK.length,
    );
    budget.leave(oldest.source);
    for (const { source } of others) {
      await (source.readableEnded || once(source, 'end'));
      budget.leave(source);
    }
    expect(others.map(({ bytes }) => bytes)).toEqual(others.map(() => length));
  });
});
