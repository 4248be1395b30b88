import { Readable } from 'node:stream';
import { BehaviorSubject, lastValueFrom, NEVER, of, Subject, take, toArray } from 'rxjs';
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
});
