import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { Readable } from 'node:stream';
import { BehaviorSubject, NEVER } from 'rxjs';
import type { PullInput } from '../../../operators/pull.ts';
import { pull } from '../../../operators/pull.ts';

describe('pull: over values that are always ready', () => {
  const COUNT = 300_000;

  function* numbers(): Generator<number> {
    for (let n = 0; n < COUNT; n++) {
      yield n;
    }
  }

  async function* promises(): AsyncGenerator<number> {
    yield* numbers();
  }

  /** Keeps the event loop busy for a fifth of a millisecond. */
  function work(): void {
    const end = performance.now() + 0.2;
    while (performance.now() < end) {}
  }

  const inputs: Record<string, () => PullInput<unknown>> = {
    'an async generator': promises,
    'an async iterator with ready promises': () => {
      const iterator = numbers();
      return { [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve(iterator.next()) }) };
    },
    'a web stream': () => {
      const iterator = numbers();
      return new ReadableStream({
        pull(controller) {
          const { done, value } = iterator.next();
          return done === true ? controller.close() : controller.enqueue(value);
        },
      });
    },
    'a Node stream': () => Readable.from(numbers()),
    'an iterable': numbers,
  };

  for (const [name, make] of Object.entries(inputs)) {
    it(`lets timers run while it reads ${name}`, async () => {
      let ticks = 0;
      const timer = setInterval(() => ticks++, 1);
      const count = await new Promise<number>((resolve, reject) => {
        let count = 0;
        pull(make(), NEVER).subscribe({ next: () => count++, error: reject, complete: () => resolve(count) });
      });
      clearInterval(timer);
      expect(count).toBe(COUNT);
      expect(ticks).toBeGreaterThan(1);
    });

    it(`lets sockets be read while a slow consumer reads ${name}`, async () => {
      const server = createServer((peer) => peer.end('x')).listen(0, '127.0.0.1');
      await once(server, 'listening');
      let isRead = false;
      let count = 0;
      const read = new Promise<void>((resolve, reject) => {
        const reading = pull(make(), NEVER).subscribe({
          next: () => {
            count++;
            work();
            if (isRead) {
              reading.unsubscribe();
              resolve();
            }
          },
          error: reject,
          complete: resolve,
        });
      });
      const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
      socket.on('data', () => {
        isRead = true;
      });
      await read;
      server.close();
      await once(server, 'close');
      expect([isRead, count < COUNT]).toEqual([true, true]);
    });
  }

  it('lets timers run while a consumer pauses and resumes between microtasks', async () => {
    const paused$ = new BehaviorSubject(false);
    let ticks = 0;
    const timer = setInterval(() => ticks++, 1);
    const values$ = pull(numbers(), paused$);
    await values$.forEach(() => {
      paused$.next(true);
      queueMicrotask(() => paused$.next(false));
    });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(1);
  });

  it('holds no memory of the turns that are over', async () => {
    const subscription = pull(
      Array.from({ length: 1_000_000 }, (_, n) => n),
      NEVER,
    ).subscribe();
    const finalizers = (): number => (subscription as unknown as { _finalizers: unknown[] })._finalizers?.length ?? 0;
    const before = finalizers();
    for (let turn = 0; turn < 8; turn++) {
      await new Promise(setImmediate);
    }
    expect(finalizers()).toBeLessThanOrEqual(before);
    subscription.unsubscribe();
  });
});
