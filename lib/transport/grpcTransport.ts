import {
  type ChannelCredentials,
  Client,
  type ClientDuplexStream,
  credentials,
  Metadata,
  type StatusObject,
  status,
} from '@grpc/grpc-js';
import type { StreamHeaders } from '../auth/headersProvider.ts';
import { ZerobusError } from '../errors.ts';
import { abortableTarget } from './abortableResolver.ts';
import { statusError } from './statusError.ts';
import type { Transport, TransportCall, TransportObserver } from './transport.ts';

/** How the service is reached. */
export interface GrpcTransportOptions {
  /** `host:port`, as gRPC wants them. */
  readonly target: string;
  /** Without TLS; for a server on this machine. */
  readonly plaintext: boolean;
  /** What is sent in front of gRPC's own `user-agent`. */
  readonly userAgent: string;
}

const EPHEMERAL_STREAM = '/databricks.zerobus.Zerobus/EphemeralStream';

/** The transport over @grpc/grpc-js: each call on a connection of its own, since streams that share one stall each other. */
export function grpcTransport(options: GrpcTransportOptions): Transport {
  const channelCredentials = options.plaintext ? credentials.createInsecure() : credentials.createSsl();
  return {
    open: (headers, observer) => new GrpcCall(options, channelCredentials, headers, observer),
  };
}

/** Records are encoded before they come here, and responses are read behind it: bytes pass as they are. */
const identity = (bytes: Buffer): Buffer => bytes;

class GrpcCall implements TransportCall {
  readonly #client: Client;
  readonly #call: ClientDuplexStream<Buffer, Buffer>;
  readonly #abort = new AbortController();
  #observer: TransportObserver | undefined;

  constructor(
    { target, userAgent }: GrpcTransportOptions,
    channelCredentials: ChannelCredentials,
    headers: StreamHeaders,
    observer: TransportObserver,
  ) {
    this.#observer = observer;
    const abortable = abortableTarget(target, this.#abort.signal);
    this.#client = new Client(abortable.target, channelCredentials, {
      ...abortable.options,
      'grpc.primary_user_agent': userAgent,
      'grpc.use_local_subchannel_pool': 1,
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
    if (this.#observer === undefined) return;
    this.#observer = undefined;
    this.#call.cancel();
    this.#release();
  }

  /** The reset of the stream and the farewell of the connection leave first; then the socket goes, whatever state it is in. */
  #release(): void {
    this.#client.close();
    setImmediate(() => this.#abort.abort());
  }

  #finish(end: StatusObject): void {
    // The status overtakes messages that the stream still buffers; reading them emits them.
    while (this.#observer !== undefined && this.#call.read() !== null);
    const observer = this.#observer;
    if (observer === undefined) return;
    this.#observer = undefined;
    this.#release();
    if (end.code === status.OK) observer.onEnd();
    else observer.onError(statusError(end));
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
