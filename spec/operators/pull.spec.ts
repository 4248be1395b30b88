import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { createInterface as createPromisesInterface } from 'node:readline/promises';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { runInNewContext } from 'node:vm';
import {
  BehaviorSubject,
  count,
  firstValueFrom,
  lastValueFrom,
  NEVER,
  of,
  queueScheduler,
  type SchedulerLike,
  Subject,
  Subscription,
  take,
  throwError,
  toArray,
} from 'rxjs';
import type { PullInput } from '../../operators/pull.ts';
import { pull } from '../../operators/pull.ts';
import { marbles } from '../support/marbles.ts';

/** An endless generator that counts the values it produced and shows if it was closed. */
function counter(): { values: Iterable<number>; produced: () => number; isClosed: () => boolean } {
  let produced = 0;
  let isClosed = false;
  function* values(): Generator<number> {
    try {
      for (;;) {
        yield produced++;
      }
    } finally {
      isClosed = true;
    }
  }
  return { values: values(), produced: () => produced, isClosed: () => isClosed };
}

describe('pull', () => {
  it('emits the values of an iterable and completes', () => {
    marbles().run(({ expectObservable }) => {
      expectObservable(pull(['a', 'b', 'c'], of(false))).toBe('(abc|)');
      expectObservable(pull([], NEVER)).toBe('|');
    });
  });

  it('never runs ahead of paused$', () => {
    marbles().run(({ hot, flush }) => {
      const { values, produced, isClosed } = counter();
      const paused$ = new Subject<boolean>();
      const seen: number[] = [];
      hot('---g--g---', { g: false }).subscribe(paused$);
      const subscription = pull(values, paused$).subscribe((value) => {
        seen.push(value);
        if (seen.length % 3 === 0) {
          paused$.next(true);
        }
      });
      flush();
      expect(seen).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
      expect(produced()).toBe(9);
      subscription.unsubscribe();
      expect(isClosed()).toBeTrue();
    });
  });

  it('starts paused if paused$ is true from the beginning', () => {
    marbles().run(({ hot, expectObservable }) => {
      const paused$ = new BehaviorSubject(true);
      hot('---g', { g: false }).subscribe(paused$);
      expectObservable(pull(['a', 'b'], paused$)).toBe('---(ab|)');
    });
  });

  it('gives the event loop a turn between bursts', () => {
    marbles().run(({ flush }) => {
      let count = 0;
      pull(counter().values, NEVER)
        .pipe(take(150_000))
        .subscribe(() => count++);
      expect(count).toBe(65_536);
      flush();
      expect(count).toBe(150_000);
    });
  });

  it('reads on at once after a pause, in which the event loop had its turn', () => {
    let time = 0;
    const turns: (() => void)[] = [];
    const scheduler: SchedulerLike = {
      now: () => time,
      schedule: (work) => {
        turns.push(() => (work as () => void)());
        return new Subscription();
      },
    };
    const paused$ = new BehaviorSubject(false);
    let read = 0;
    const subscription = pull(counter().values, paused$, scheduler).subscribe(() => {
      read++;
      if (read % 10 === 0) {
        paused$.next(true);
      }
    });
    for (let pause = 1; pause <= 3; pause++) {
      expect(read).toBe(10 * pause);
      expect(turns).toHaveSize(1);
      turns.pop()?.();
      expect(read).toBe(10 * pause);
      time += 1000;
      paused$.next(false);
    }
    expect(read).toBe(40);
    subscription.unsubscribe();
  });

  it('works with a scheduler that runs its work at once', async () => {
    const count$ = pull(new Array(200_000).fill(0), of(false), queueScheduler).pipe(count());
    expect(await lastValueFrom(count$)).toBe(200_000);
  });

  it('stops reading, and closes the iterator, when the consumer has enough', () => {
    const { values, produced, isClosed } = counter();
    pull(values, NEVER).pipe(take(3)).subscribe();
    expect([produced(), isClosed()]).toEqual([3, true]);
  });

  it('forwards the error of an iterable', () => {
    const failure = new Error('disk');
    function* failing(): Generator<number> {
      yield 1;
      throw failure;
    }
    const seen: unknown[] = [];
    pull(failing(), NEVER).subscribe({ next: (value) => seen.push(value), error: (error) => seen.push(error) });
    expect(seen).toEqual([1, failure]);
  });

  it('handles a consumer that pauses and resumes within one value', () => {
    const paused$ = new Subject<boolean>();
    const seen: number[] = [];
    pull([1, 2, 3], paused$).subscribe((value) => {
      seen.push(value);
      paused$.next(true);
      paused$.next(false);
    });
    expect(seen).toEqual([1, 2, 3]);
  });

  it('reads a Node stream and a web stream', async () => {
    const readable = Readable.from(['a', 'b', 'c']);
    expect(await lastValueFrom(pull(readable, NEVER).pipe(toArray()))).toEqual(['a', 'b', 'c']);
    const web = new Blob(['text']).stream();
    expect(Buffer.concat(await lastValueFrom(pull(web, NEVER).pipe(toArray()))).toString()).toBe('text');
  });

  it('has at most one read outstanding, and destroys a Node stream after unsubscription', async () => {
    let outstanding = 0;
    let most = 0;
    const source = async function* (): AsyncGenerator<number> {
      for (let n = 0; n < 100; n++) {
        most = Math.max(most, ++outstanding);
        await new Promise(setImmediate);
        outstanding--;
        yield n;
      }
    };
    const readable = Readable.from(source(), { highWaterMark: 1 });
    const closed = new Promise((resolve) => readable.once('close', resolve));
    await lastValueFrom(pull(readable, NEVER).pipe(take(5)));
    await closed;
    expect([most, readable.destroyed]).toEqual([1, true]);
  });

  it('forwards the error of a stream', async () => {
    const readable = new Readable({
      read() {
        this.destroy(new Error('reset'));
      },
    });
    await expectAsync(lastValueFrom(pull(readable, NEVER))).toBeRejectedWithError('reset');
  });

  it('ends in the error of a stream that fails while nothing reads it', async () => {
    const paused$ = new BehaviorSubject(true);
    const result = lastValueFrom(pull(createReadStream('spec/missing.ndjson'), paused$));
    await expectAsync(result).toBeRejectedWith(jasmine.objectContaining({ code: 'ENOENT' }));
  });

  it('refuses a stream that was read to its end or closed before, instead of completing', async () => {
    const readable = Readable.from(['a']);
    await lastValueFrom(pull(readable, NEVER));
    const closed = new PassThrough().destroy();
    for (const input of [readable, closed]) {
      await expectAsync(lastValueFrom(pull(input, NEVER))).toBeRejectedWith(
        jasmine.objectContaining({ code: 'INVALID_STATE' }),
      );
    }
  });
});

describe('pull, when nothing arrives', () => {
  /** Inputs that never end, and a promise of their being closed. */
  const idle: Record<string, () => { input: PullInput<unknown>; closed: Promise<unknown> }> = {
    'a PassThrough': () => closing(new PassThrough()),
    'a Readable of objects': () => closing(new Readable({ objectMode: true, read: () => {} })),
    'a Duplex': () => closing(new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() })),
    'a Readable whose closing fails': () =>
      closing(new Readable({ read: () => {}, destroy: (_error, done) => done(new Error('late')) })),
    'a web stream': () => {
      let close = (): void => {};
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      return { input: new ReadableStream({ cancel: () => close() }), closed };
    },
    'a web stream whose cancel() fails': () => {
      let close = (): void => {};
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      const cancel = (): never => {
        close();
        throw new Error('late');
      };
      return { input: new ReadableStream({ cancel }), closed };
    },
    'a web byte stream': () => {
      let close = (): void => {};
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      return { input: new ReadableStream({ type: 'bytes', cancel: () => close() }), closed };
    },
    'an async iterator with a return() of its own': () => {
      let close = (): void => {};
      const closed = new Promise<void>((resolve) => {
        close = resolve;
      });
      const iterator: AsyncIterator<unknown> = {
        next: () => new Promise(() => {}),
        return: async () => {
          close();
          return { done: true, value: undefined };
        },
      };
      return { input: { [Symbol.asyncIterator]: () => iterator }, closed };
    },
  };

  function closing(stream: Readable): { input: Readable; closed: Promise<unknown> } {
    return { input: stream, closed: new Promise((resolve) => stream.once('close', resolve)) };
  }

  for (const [name, make] of Object.entries(idle)) {
    it(`closes ${name} with a read outstanding at once when unsubscribed from`, async () => {
      const { input, closed } = make();
      const subscription = pull(input, NEVER).subscribe();
      await new Promise(setImmediate);
      subscription.unsubscribe();
      await expectAsync(closed).toBeResolved();
    });

    it(`closes ${name} that was never read when unsubscribed from`, async () => {
      const { input, closed } = make();
      pull(input, new BehaviorSubject(true)).subscribe().unsubscribe();
      await expectAsync(closed).toBeResolved();
    });

    it(`closes ${name} when paused$ fails`, async () => {
      const { input, closed } = make();
      const paused$ = new Subject<boolean>();
      const result = lastValueFrom(pull(input, paused$));
      paused$.error(new Error('sink'));
      await expectAsync(result).toBeRejectedWithError('sink');
      await expectAsync(closed).toBeResolved();
      await expectAsync(
        lastValueFrom(
          pull(
            make().input,
            throwError(() => new Error('sink')),
          ),
        ),
      ).toBeRejected();
    });
  }

  describe('on a socket', () => {
    let server: Server;

    beforeEach(async () => {
      server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
    });

    afterEach(async () => {
      server.close();
      await once(server, 'close');
    });

    for (const isPaused of [false, true]) {
      it(`closes the connection when unsubscribed from, with ${isPaused ? 'no' : 'a'} read outstanding`, async () => {
        const accepted = once(server, 'connection');
        const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
        const [peer] = await accepted;
        const ended = once(peer.on('error', () => {}).resume(), 'close');
        const subscription = pull(socket, new BehaviorSubject(isPaused)).subscribe();
        await new Promise(setImmediate);
        subscription.unsubscribe();
        await ended;
        expect(socket.destroyed).toBeTrue();
      });
    }
  });

  it('destroys a Readable whose generator waits, which Node closes when the generator goes on', async () => {
    let goOn = (): void => {};
    const source = async function* (): AsyncGenerator<number> {
      yield await new Promise<number>((resolve) => {
        goOn = () => resolve(1);
      });
    };
    const { input, closed } = closing(Readable.from(source()));
    const subscription = pull(input, NEVER).subscribe();
    await new Promise(setImmediate);
    subscription.unsubscribe();
    expect(input.destroyed).toBeTrue();
    goOn();
    await expectAsync(closed).toBeResolved();
  });

  it('leaves a stream that has ended as it is', async () => {
    const duplex = new Duplex({
      allowHalfOpen: true,
      autoDestroy: false,
      objectMode: true,
      read() {
        this.push(null);
      },
      write: (_chunk, _encoding, done) => done(),
    });
    await lastValueFrom(pull(duplex, NEVER), { defaultValue: undefined });
    const web = new ReadableStream({ start: (controller) => controller.close() });
    await lastValueFrom(pull(web, NEVER), { defaultValue: undefined });
    expect([web.locked, duplex.errored]).toEqual([false, null]);
  });
});

describe('pull, over values that are always ready', () => {
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
    await values$.pipe(take(100_000)).forEach(() => {
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

describe('pull, given what it cannot read', () => {
  it('refuses a readline interface, which may have lost lines already, and names ndjson', () => {
    for (const create of [createInterface, createPromisesInterface]) {
      const lines = create({ input: new PassThrough() });
      expect(() => pull(lines, NEVER)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: jasmine.stringContaining('ndjson(') }),
      );
      lines.close();
    }
  });

  for (const [name, input] of Object.entries({
    undefined: undefined,
    null: null,
    'a number': 42,
    'an object': {},
    'a function': () => {},
    'a promise': Promise.resolve([1]),
    'an observable': of(1),
    'a Blob': new Blob(['{}']),
    'a URL': new URL('file:///readings.ndjson'),
    'a promise of another realm': runInNewContext('Promise.resolve([1])'),
  })) {
    it(`refuses ${name} at once, with words`, () => {
      expect(() => pull(input as never, NEVER)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: jasmine.stringMatching(/^The input .*\.$/) }),
      );
    });
  }

  it('reads iterables of another realm', async () => {
    const foreign = runInNewContext('[1, 2]') as number[];
    expect(await firstValueFrom(pull(foreign, NEVER).pipe(toArray()))).toEqual([1, 2]);
  });
});
