import { defer, Subject, VirtualTimeScheduler } from 'rxjs';
import type { HeadersProvider } from '../../lib/auth/headersProvider.ts';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import { type StreamConfigurationOptions, ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import type { Transport } from '../../lib/transport/transport.ts';
import { created, type SeenLog, type ServerAct, scriptedTransport } from './scriptedTransport.ts';

/**
 * A service and a clock that a spec controls, with a `ZerobusSdk` for them. Use it for failures that a real server
 * cannot produce, and for timeouts, which pass without real waiting.
 */
export class ScriptedService {
  readonly sdk: ZerobusSdk;
  /** The transport to the service, for specs without the SDK. */
  readonly transport: Transport;
  /** The messages the client has sent, each with its time. See `scriptedTransport`. */
  readonly seen: SeenLog;
  /** The buffers those messages were written from. */
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

  /** The number of connections the client has made. */
  get connectionCount(): number {
    return this.#connections.length;
  }

  /** The number of timers the client has set that have not fired. */
  get timerCount(): number {
    return this.#clock.actions.filter((action) => !action.closed).length;
  }

  /** Advances the clock and runs everything that is due. */
  advance(ms = 0): void {
    const until = this.#clock.frame + ms;
    this.#clock.maxFrames = until;
    this.#clock.flush();
    this.#clock.frame = until;
  }

  /** Sends messages of the service on the latest connection. */
  send(...acts: readonly ServerAct[]): void {
    for (const act of acts) {
      this.connection().next(act);
    }
  }

  /** Breaks the latest connection. */
  fail(error: ZerobusError): void {
    this.connection().error(error);
  }

  /** Ends the latest connection with status OK. */
  end(): void {
    this.connection().complete();
  }

  /** Completes stream options with this clock, and with waits of half their bound. */
  options<T extends object>(options: T): T & StreamConfigurationOptions {
    return { scheduler: this.#clock, random: () => 0.5, ...options };
  }

  /** Requests a stream. The service has not created it yet. */
  create(options: StreamConfigurationOptions = {}, headersProvider?: HeadersProvider): Promise<ZerobusStream> {
    const target = { tableName: 'main.iot.readings' };
    return headersProvider === undefined
      ? this.sdk.createStream(target, 'client', 'secret', this.options(options))
      : this.sdk.createStreamWithHeadersProvider(target, headersProvider, this.options(options));
  }

  /** Opens a stream that the service creates at once. */
  open(options: StreamConfigurationOptions = {}): Promise<ZerobusStream> {
    const creation = this.create(options);
    this.send(created());
    return creation;
  }

  /** Returns a connection by its number, 0 being the first. Defaults to the latest one. */
  connection(index: number = this.#connections.length - 1): Subject<ServerAct> {
    const connection = this.#connections[index];
    if (connection === undefined) {
      throw new Error(`The client has not made connection ${index}.`);
    }
    return connection;
  }
}
