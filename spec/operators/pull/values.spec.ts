import { createReadStream } from 'node:fs';
import { PassThrough, Readable } from 'node:stream';
import {
  BehaviorSubject,
  count,
  lastValueFrom,
  NEVER,
  of,
  queueScheduler,
  type SchedulerLike,
  Subject,
  Subscription,
  take,
  toArray,
} from 'rxjs';
import { pull } from '../../../operators/pull.ts';
import { marbles } from '../../support/marbles.ts';

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

describe('pull: values', () => {
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
