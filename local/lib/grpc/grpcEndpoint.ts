import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { type ConnectionInjector, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { listen } from '../net/listen.ts';
import type { ServerTls } from '../tls/serverTls.ts';
import type { IngestContext } from './ingestContext.ts';
import { IngestStream } from './ingestStream.ts';
import { widenReceiveWindow } from './widenReceiveWindow.ts';
import { zerobusServiceDefinition } from './zerobusServiceDefinition.ts';

/** Larger than any request that is right, so that one which is too large is told so in the words of the service. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** How often a client that is silent is asked whether it is still there. */
const KEEPALIVE_MS = 60_000;
/** How long clients have to leave after their streams were ended. */
const LEAVE_MS = 500;

/**
 * The listening side of the service. It owns the sockets itself and hands them to grpc-js, so that it can say clearly
 * why a port can't be had, and cut connections on demand.
 */
export class GrpcEndpoint {
  readonly #context: Omit<IngestContext, 'cutConnection'>;
  readonly #server: Server;
  readonly #injector: ConnectionInjector;
  readonly #listener: NetServer;
  readonly #sockets = new Map<string, Socket>();
  readonly #calls = new Set<IngestStream>();
  #isClosing = false;

  constructor(context: Omit<IngestContext, 'cutConnection'>, tls?: ServerTls) {
    this.#context = context;
    this.#server = new Server({
      'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
      'grpc.keepalive_time_ms': KEEPALIVE_MS,
      'grpc.enable_channelz': 0,
    });
    this.#server.addService(zerobusServiceDefinition, {
      ephemeralStream: (call: ServerDuplexStream<Buffer, Buffer>) => this.#serve(call),
    });
    widenReceiveWindow(this.#server);
    this.#injector = this.#server.createConnectionInjector(credentialsOf(tls));
    widenReceiveWindow(this.#server);
    this.#listener = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /**
   * Starts to listen.
   *
   * @returns the port, which the system has chosen where `port` is 0
   * @throws ListenError where the address can't be had
   */
  listen(host: string, port: number): Promise<number> {
    return listen(this.#listener, host, port, 'the gRPC service');
  }

  /** Takes no new streams, ends those that are open once their rows are acknowledged, and closes every connection. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const closed = new Promise<void>((resolve) => this.#listener.close(() => resolve()));
    for (const stream of [...this.#calls]) {
      stream.shutDown();
    }
    await Promise.all([...this.#calls].map((stream) => stream.ended));
    await this.#letClientsLeave();
    for (const socket of this.#sockets.values()) {
      socket.destroy();
    }
    this.#injector.destroy();
    this.#server.forceShutdown();
    await closed;
  }

  /** Destroys every connection and drops what is pending: for a second signal that is in a hurry. */
  destroy(): void {
    this.#isClosing = true;
    this.#listener.close();
    for (const socket of this.#sockets.values()) {
      socket.destroy();
    }
    this.#server.forceShutdown();
  }

  #accept(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#sockets.set(peer, socket);
    socket.on('close', () => this.#sockets.delete(peer));
    // A client that vanishes is told by the end of its streams; without a listener the error would end the process.
    socket.on('error', () => undefined);
    this.#injector.injectConnection(socket);
  }

  #serve(call: ServerDuplexStream<Buffer, Buffer>): void {
    const stream = new IngestStream(call, {
      ...this.#context,
      cutConnection: (peer) => this.#sockets.get(peer)?.destroy(),
    });
    this.#calls.add(stream);
    void stream.ended.then(() => this.#calls.delete(stream));
    stream.start();
    if (this.#isClosing) {
      stream.shutDown();
    }
  }

  /** The last statuses are on their way; a client that has its status closes the connection or leaves it idle. */
  #letClientsLeave(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LEAVE_MS);
      this.#server.tryShutdown(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

function credentialsOf(tls: ServerTls | undefined): ServerCredentials {
  if (tls === undefined) {
    return ServerCredentials.createInsecure();
  }
  const { cert, key, clientCa } = tls;
  return ServerCredentials.createSsl(
    clientCa ?? null,
    [{ private_key: key, cert_chain: cert }],
    clientCa !== undefined,
  );
}
