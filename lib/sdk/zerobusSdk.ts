import type { HeadersProvider } from '../auth/headersProvider.ts';
import { TokenCache } from '../auth/tokenCache.ts';
import { resolveEndpoint } from '../connection.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import type { Secret } from '../secrets/secret.ts';
import { ingestionFactory } from '../stream/ingestionFactory.ts';
import type { AccessOptions } from '../stream/serviceAccess.ts';
import type { StreamOptions } from '../stream/streamOptions.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import type { TlsOptions } from '../transport/tlsOptions.ts';
import type { Transport } from '../transport/transport.ts';
import type { Batch, RecordFormat } from '../wire/batch.ts';
import type { AckCallback } from './ackCallback.ts';
import { payloadForm } from './payloadForm.ts';
import { resolveTarget, type StreamTarget } from './tableProperties.ts';
import { ZerobusStream } from './zerobusStream.ts';

/** Options of a {@link ZerobusSdk}, for all its streams. */
export interface ZerobusSdkOptions {
  /**
   * The authorities to trust, and the certificate of this client, for streams and token requests. Defaults to the
   * authorities that Node.js trusts, and no certificate.
   */
  readonly tls?: TlsOptions | undefined;
  /** @internal Opens calls instead of gRPC to the endpoint, for specs. */
  readonly transport?: Transport | undefined;
}

/** How a stream of {@link ZerobusSdk.createStream} behaves. */
export interface StreamConfigurationOptions extends StreamOptions {
  /**
   * What records are. `PROTO` without a descriptor is `INVALID_OPTIONS`; with `JSON` a descriptor is ignored, with a
   * warning of the process. Defaults to `PROTO` with a descriptor or a definition, else `JSON`.
   */
  readonly recordType?: RecordFormat | undefined;
  /** Told of every offset, away from where acks are received. Defaults to none. */
  readonly ackCallback?: AckCallback | undefined;
}

/** What a stream was created with: all that `recreateStream` needs. */
interface Origin {
  readonly target: StreamTarget;
  readonly access: AccessOptions;
  readonly options: StreamConfigurationOptions;
}

const origins = new WeakMap<ZerobusStream, Origin>();

/** Streams whose batches another stream sends, which writes its offsets into their memory. */
const takenOver = new WeakSet<ZerobusStream>();

/**
 * The way in for who knows Zerobus by the other languages' SDKs: opens streams to tables of one workspace. One for the
 * whole application is enough; its streams share their tokens and nothing else, each has a connection of its own.
 *
 * @example
 * ```ts
 * import { ZerobusSdk } from 'rxjs-zerobus';
 *
 * const sdk = new ZerobusSdk('https://1234.zerobus.us-west-2.cloud.databricks.com',
 * 'https://dbc-1234.cloud.databricks.com'); const stream = await sdk.createStream({ tableName: 'main.iot.readings' },
 * clientId, clientSecret); const offset = await stream.ingestRecordOffset({ device: 'd1', temp: 21 }); await
 * stream.waitForOffset(offset); await stream.close();
 * ```
 */
export class ZerobusSdk {
  /** The Zerobus endpoint, with its scheme. */
  readonly endpoint: string;
  /** The workspace, where tokens and schemas come from, with its scheme. */
  readonly workspaceUrl: string;
  /** The id of the workspace: the first label of the endpoint's host. */
  readonly workspaceId: string;
  readonly #options: ZerobusSdkOptions;
  readonly #tokenCache = new TokenCache();

  /**
   * @param endpoint e.g. `https://1234.zerobus.us-west-2.cloud.databricks.com`; `https://` is added where no scheme
   * stands there
   * @param workspaceUrl e.g. `https://dbc-1234.cloud.databricks.com`
   * @param options see {@link ZerobusSdkOptions}
   * @throws ZerobusError `INVALID_ENDPOINT` or `INVALID_OPTIONS`
   */
  constructor(endpoint: string, workspaceUrl: string, options: ZerobusSdkOptions = {}) {
    this.#options = options;
    const { address, workspaceId } = resolveEndpoint(endpoint, options.tls);
    this.endpoint = address.url;
    this.workspaceId = workspaceId;
    this.workspaceUrl = parseAddress('workspaceUrl', workspaceUrl).url;
  }

  /**
   * Opens a stream, with a token by OAuth client credentials.
   *
   * @param target the table: its properties, or a definition by `defineTable` or `fetchTable`, whose rows then are the
   * records
   * @param clientId the application id of a service principal
   * @param clientSecret its OAuth secret
   * @param options see {@link StreamConfigurationOptions}
   * @returns resolves once the service has created the stream; retryable failures are tried again as the options say.
   * Rejects with a `ZerobusError`: of the options, of the token, or what the service said
   */
  async createStream(
    target: StreamTarget,
    clientId: string,
    clientSecret: string | Secret,
    options: StreamConfigurationOptions = {},
  ): Promise<ZerobusStream> {
    return this.#open({ target, options, access: { clientId, clientSecret } }, []);
  }

  /**
   * Opens a stream with headers of the caller's own.
   *
   * @param headersProvider asked anew for every connection; answers at once, by a promise or by an observable
   * @returns as {@link createStream}
   */
  async createStreamWithHeadersProvider(
    target: StreamTarget,
    headersProvider: HeadersProvider,
    options: StreamConfigurationOptions = {},
  ): Promise<ZerobusStream> {
    return this.#open({ target, options, access: { headersProvider } }, []);
  }

  /**
   * Opens a stream like one that has ended, and ingests what that one could not make durable, before anything else: in
   * order, batches as batches.
   *
   * @param stream one of this package's, closed or failed
   * @returns as {@link createStream}; rejects with `INVALID_STATE` where the stream has not ended
   */
  async recreateStream(stream: ZerobusStream): Promise<ZerobusStream> {
    const origin = origins.get(stream);
    if (origin === undefined) {
      throw new ZerobusError('INVALID_STATE', 'The stream was not created by a ZerobusSdk of this package.');
    }
    return this.#open(origin, takeOver(stream));
  }

  async #open(origin: Origin, unacked: readonly Batch[]): Promise<ZerobusStream> {
    const { options } = origin;
    const { endpoint, workspaceUrl } = this;
    const target = resolveTarget(origin.target, options.recordType);
    const { tableName, format, stream, make } = ingestionFactory(
      target,
      { ...this.#options, ...origin.access, endpoint, workspaceUrl, tokenCache: this.#tokenCache },
      options,
    );
    const ingestion = make();
    ingestion.append(unacked);
    const form = payloadForm(format, target.table instanceof TableDefinition ? target.table : undefined);
    const { flushTimeoutMs, scheduler } = stream;
    const opened = await ZerobusStream.open({
      tableName,
      form,
      ingestion,
      flushTimeoutMs,
      scheduler,
      ackCallback: options.ackCallback,
    });
    origins.set(opened, origin);
    return opened;
  }
}

/** What a stream could not make durable, in memory that no other stream sends from. */
function takeOver(stream: ZerobusStream): Batch[] {
  const batches = stream.unackedBatches();
  if (takenOver.has(stream)) {
    return batches.map((batch) => ({ ...batch, buffer: Buffer.from(batch.buffer) }));
  }
  takenOver.add(stream);
  return batches;
}
