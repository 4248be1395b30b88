import { createServer, type Server as NetServer, type Socket } from 'node:net';
import { type ConnectionInjector, Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js';
import { listen } from '../net/listen.ts';
import type { ServerTls } from '../tls/serverTls.ts';
import type { IngestContext } from './ingestContext.ts';
import { IngestStream } from './ingestStream.ts';
import { reportRefusedCalls } from './reportRefusedCalls.ts';
import { widenReceiveWindow } from './widenReceiveWindow.ts';
import { zerobusServiceDefinition } from './zerobusServiceDefinition.ts';

/** Larger than any valid request, so that a request that is too large gets the service's own error. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
/** How often a silent client is pinged. */
const KEEPALIVE_MS = 60_000;
/** How long clients may take to disconnect after their streams have ended. */
const LEAVE_MS = 500;

/**
 * The listening side of the service. It owns the sockets and hands them to grpc-js, so that it can report clearly why
 * it can't listen on a port, and cut connections on demand.
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
    reportRefusedCalls(this.#server, context.activity);
    this.#listener = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  /**
   * Starts to listen.
   *
   * @returns the port; if `port` is 0, the one that the system chose
   * @throws {@link ListenError} if the address is taken or can't be used
   */
  listen(host: string, port: number): Promise<number> {
    return listen(this.#listener, host, port, 'the gRPC service');
  }

  /** Takes no new streams, ends the open ones once their rows are acknowledged, and closes every connection. */
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

  #accept(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#sockets.set(peer, socket);
    socket.on('close', () => this.#sockets.delete(peer));
    // Streams notice a lost client by themselves. Without a listener, the error would end the process.
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

  /** Gives clients time to receive their last status. A client then closes its connection, or leaves it idle. */
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
