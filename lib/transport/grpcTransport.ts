import { Client, type ClientDuplexStream, Metadata, type StatusObject, status } from '@grpc/grpc-js';
import { ZerobusError } from '../errors/zerobusError.ts';
import { abortableTarget } from './abortableResolver.ts';
import { unreachableProxy } from './openTunnel.ts';
import type { Route } from './route.ts';
import { RouteCredentials } from './routeCredentials.ts';
import { statusError } from './statusError.ts';
import type { StreamHeaders, Transport, TransportCall, TransportObserver } from './transport.ts';

/** How the service is reached. */
export interface GrpcTransportOptions {
  /** The way to the service: out of `resolveConnection`, or `routeTo`. */
  readonly route: Route;
  /** What is sent in front of gRPC's own `user-agent`. */
  readonly userAgent: string;
}

const EPHEMERAL_STREAM = '/databricks.zerobus.Zerobus/EphemeralStream';

/**
 * The transport over @grpc/grpc-js: each call on a connection of its own, since streams that share one stall each
 * other.
 */
export function grpcTransport(options: GrpcTransportOptions): Transport {
  return {
    open: (headers, observer) => new GrpcCall(options, headers, observer),
  };
}

/** Records are encoded before they come here, and responses are read behind it: bytes pass as they are. */
const identity = (bytes: Buffer): Buffer => bytes;

class GrpcCall implements TransportCall {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #abort = new AbortController();
  readonly #route: Route;
  readonly #credentials: RouteCredentials;
  #observer: TransportObserver | undefined;

  constructor({ route, userAgent }: GrpcTransportOptions, headers: StreamHeaders, observer: TransportObserver) {
    this.#observer = observer;
    this.#route = route;
    this.#credentials = new RouteCredentials(route);
    const abortable = abortableTarget(route, this.#abort.signal);
    this.#client = new Client(abortable.target, this.#credentials, {
      ...abortable.options,
      'grpc.primary_user_agent': userAgent,
      'grpc.use_local_subchannel_pool': 1,
      // The route says which proxy there is; grpc-js would look for one by rules of its own.
      'grpc.enable_http_proxy': 0,
      // Recovery is ours: a retry underneath would send records twice without the ledger knowing.
      'grpc.enable_retries': 0,
      'grpc.service_config_disable_resolution': 1,
    });
    this.#call = this.#client.makeBidiStreamRequest(EPHEMERAL_STREAM, identity, identity, toMetadata(headers));
    // An `error` without a listener would be thrown, also after a cancel of our own, so it stays attached for good.
    this.#call.on('error', () => {});
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
   * The reset of the stream and the farewell of the connection leave first; then the socket goes, whatever state it is
   * in.
   */
  #release(): void {
    this.#client.close();
    setImmediate(() => this.#abort.abort());
  }

  #finish(end: StatusObject): void {
    // The status overtakes messages that the stream still buffers; reading them emits them.
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
      observer.onError(this.#connectionFailure(end) ?? statusError(end));
    }
  }

  /** Why there was no connection, where there was none: grpc-js tells of any such failure as UNAVAILABLE. */
  #connectionFailure(end: StatusObject): ZerobusError | undefined {
    if (end.code !== status.UNAVAILABLE) {
      return undefined;
    }
    const { proxy } = this.#route;
    const { failure, isFirstHopReached } = this.#credentials;
    if (failure !== undefined || isFirstHopReached || proxy === undefined) {
      return failure;
    }
    return unreachableProxy(proxy, new Error(end.details));
  }
}

function toMetadata(headers: StreamHeaders): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(headers)) {
    try {
      metadata.set(name, value);
    } catch {
      // grpc-js prints the value in its message, which may be a token.
      throw new ZerobusError(
        'HEADERS_PROVIDER_FAILED',
        `The header ${JSON.stringify(name)} cannot be sent: its name or value has characters that HTTP/2 headers do not allow.`,
      );
    }
  }
  return metadata;
}
