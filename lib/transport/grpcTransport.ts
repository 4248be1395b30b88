import { Client, type ClientDuplexStream, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { ZerobusError } from '../errors/zerobusError.ts';
import { abortableTarget } from './abortableResolver.ts';
import { connectionError, foreignAnswer, unreachableService } from './foreignAnswer.ts';
import { unreachableProxy } from './openTunnel.ts';
import type { Route } from './route.ts';
import { RouteCredentials } from './routeCredentials.ts';
import { statusError } from './statusError.ts';
import type { StreamHeaders, Transport, TransportCall, TransportObserver } from './transport.ts';

/** Options of {@link grpcTransport}. */
export interface GrpcTransportOptions {
  /** The route to the service, from `resolveConnection` or `routeTo`. */
  readonly route: Route;
  /** Sent in front of gRPC's own `user-agent`. */
  readonly userAgent: string;
}

const EPHEMERAL_STREAM = '/databricks.zerobus.Zerobus/EphemeralStream';

/**
 * Creates the transport over @grpc/grpc-js. Each call has a connection of its own, because streams that share a
 * connection stall each other.
 */
export function grpcTransport(options: GrpcTransportOptions): Transport {
  return {
    open: (headers, observer) => new GrpcCall(options, headers, observer),
  };
}

/** Records are already encoded and responses are decoded later, so bytes pass unchanged. */
const identity = (bytes: Buffer): Buffer => bytes;

class GrpcCall implements TransportCall {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #abort = new AbortController();
  readonly #route: Route;
  readonly #credentials: RouteCredentials;
  #observer: TransportObserver | undefined;
  #responseHeaders: Metadata | undefined;

  constructor({ route, userAgent }: GrpcTransportOptions, headers: StreamHeaders, observer: TransportObserver) {
    // Checked first, because a channel that is not closed would be kept forever.
    const metadata = toMetadata(headers);
    this.#observer = observer;
    this.#route = route;
    this.#credentials = new RouteCredentials(route, this.#abort.signal);
    const abortable = abortableTarget(route, this.#abort.signal);
    this.#client = new Client(abortable.target, this.#credentials, {
      ...abortable.options,
      'grpc.primary_user_agent': userAgent,
      'grpc.use_local_subchannel_pool': 1,
      // The route determines the proxy; grpc-js would look for one by its own rules.
      'grpc.enable_http_proxy': 0,
      // Recovery is done by the ledger. A retry underneath would send records twice without the ledger knowing.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
    });
    this.#call = this.#client.makeBidiStreamRequest(EPHEMERAL_STREAM, identity, identity, metadata);
    // An `error` without a listener would be thrown, even after a cancel, so this listener stays attached.
    this.#call.on('error', () => {});
    this.#call.on('metadata', (headers: Metadata) => {
      this.#responseHeaders = headers;
    });
    this.#call.on('data', (bytes: Buffer) => this.#observer?.onMessage(bytes));
    this.#call.on('drain', () => this.#observer?.onDrain());
    this.#call.on('status', (end: StatusObject) => this.#finish(end));
  }

  write(message: Buffer): boolean {
    return this.#call.write(message);
  }

  halfClose(): void {
    this.#call.end();
  }

  cancel(): void {
    if (this.#observer === undefined) {
      return;
    }
    this.#observer = undefined;
    this.#call.cancel();
    this.#release();
  }

  /**
   * The reset of the stream and the goodbye of the connection are sent first. Then the socket is destroyed in any
   * state.
   */
  #release(): void {
    this.#client.close();
    setImmediate(() => this.#abort.abort());
  }

  #finish(end: StatusObject): void {
    // The status overtakes messages that the stream still buffers. Reading them emits them.
    while (this.#observer !== undefined && this.#call.read() !== null) {}
    const observer = this.#observer;
    if (observer === undefined) {
      return;
    }
    this.#observer = undefined;
    this.#release();
    if (end.code === status.OK) {
      observer.onEnd();
    } else {
      observer.onError(
        this.#connectionFailure(end) ?? foreignAnswer(this.#route.url, end, this.#responseHeaders) ?? statusError(end),
      );
    }
  }

  /**
   * Returns why there is no connection, or `undefined` if there was one. grpc-js reports all such failures as
   * UNAVAILABLE.
   */
  #connectionFailure(end: StatusObject): ZerobusError | undefined {
    if (end.code !== status.UNAVAILABLE) {
      return undefined;
    }
    const { proxy } = this.#route;
    const { failure, isFirstHopReached } = this.#credentials;
    if (failure !== undefined) {
      return failure;
    }
    if (isFirstHopReached || proxy === undefined) {
      return unreachableService(this.#route.url, end.details);
    }
    return unreachableProxy(proxy, this.#route, new Error(connectionError(end.details) ?? end.details));
  }
}

function toMetadata(headers: StreamHeaders): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    try {
      metadata.set(name, value);
    } catch {
      // The message of grpc-js shows the value, which may be a token.
      throw new ZerobusError(
        'HEADERS_PROVIDER_FAILED',
        `The header ${JSON.stringify(name)} cannot be sent: its name or value has characters that HTTP/2 headers do not allow.`,
      );
    }
  }
  return metadata;
}
