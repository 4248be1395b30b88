import { defer, Subject, VirtualTimeScheduler } from 'rxjs';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type StreamConfigurationOptions, ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import { created, type SeenLog, type ServerAct, scriptedTransport } from './scriptedTransport.ts';

/**
 * A service and a clock that a spec plays by hand, and a `ZerobusSdk` for them: for what a real server can't be made to
 * do, and for timeouts, which pass without anybody waiting.
 */
export class ScriptedService {
  readonly sdk: ZerobusSdk;
  /** The way to the service, for who needs no SDK. */
  readonly transport: Transport;
  /** What the client sent, with the time; see `scriptedTransport`. */
  readonly seen: SeenLog;
  /** The same messages, as the memory they were written from. */
  readonly written: Buffer[] = [];
  readonly #clock = new VirtualTimeScheduler();
  readonly #connections: Subject<ServerAct>[] = [];

  constructor() {
    const clock = this.#clock;
    const server = defer(() => {
      const connection = new Subject<ServerAct>();
      this.#connections.push(connection);
      return connection;
    });
    const scripted = scriptedTransport({ scheduler: clock, servers: [server] });
    this.seen = scripted.seen;
    this.transport = {
      open: (headers, observer) => {
        const call = scripted.open(headers, observer);
        return {
          write: (message) => {
            this.written.push(message);
            return call.write(message);
          },
          halfClose: () => call.halfClose(),
          cancel: () => call.cancel(),
        };
      },
    };
    this.sdk = new ZerobusSdk('http://127.0.0.1:1', 'http://127.0.0.1:2', { transport: this.transport });
  }

  /** How many connections the client has made. */
  get connectionCount(): number {
    return this.#connections.length;
  }

  /** How many timers the client has set that have not fired. */
  get timerCount(): number {
    return this.#clock.actions.filter((action) => !action.closed).length;
  }

  /** Lets time pass, in milliseconds, and everything happen that was due. */
  advance(ms = 0): void {
    const until = this.#clock.frame + ms;
    this.#clock.maxFrames = until;
    this.#clock.flush();
    this.#clock.frame = until;
  }

  /** The service sends messages on the latest connection. */
  send(...acts: readonly ServerAct[]): void {
    for (const act of acts) {
      this.connection().next(act);
    }
  }

  /** The latest connection breaks. */
  fail(error: ZerobusError): void {
    this.connection().error(error);
  }

  /** The service ends the latest connection with status OK. */
  end(): void {
    this.connection().complete();
  }

  /** The stream options of a spec: this clock, and waits of half of their bound. */
  options<T extends object>(options: T): T & StreamConfigurationOptions {
    return { scheduler: this.#clock, random: () => 0.5, ...options };
  }

  /** Asks for a stream, which is not yet created. */
  create(options: StreamConfigurationOptions = {}, headersProvider?: HeadersProvider): Promise<ZerobusStream> {
    const target = { tableName: 'main.iot.readings' };
    return headersProvider === undefined
      ? this.sdk.createStream(target, 'client', 'secret', this.options(options))
      : this.sdk.createStreamWithHeadersProvider(target, headersProvider, this.options(options));
  }

  /** A stream that the service has created. */
  open(options: StreamConfigurationOptions = {}): Promise<ZerobusStream> {
    const creation = this.create(options);
    this.send(created());
    return creation;
  }

  /** A connection by its number, 0 being the first; the latest one by default. */
  connection(index: number = this.#connections.length - 1): Subject<ServerAct> {
    const connection = this.#connections[index];
    if (connection === undefined) {
      throw new Error(`the client has not made connection ${index}`);
    }
    return connection;
  }
}
