import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { BehaviorSubject, lastValueFrom, NEVER, Subject, throwError } from 'rxjs';
import type { PullInput } from '../../../operators/pull.ts';
import { pull } from '../../../operators/pull.ts';

describe('pull: when nothing arrives', () => {
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
