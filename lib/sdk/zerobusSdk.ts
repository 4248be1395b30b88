import { callbackProvider, type HeadersCallback } from '../auth/headersCallback.ts';
import type { HeadersProvider } from '../auth/headersProvider.ts';
import { resolveEndpoint } from '../connection.ts';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { readArguments } from '../errors/readArguments.ts';
import { type RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { Secret } from '../secrets/secret.ts';
import { ingestionFactory } from '../stream/ingestionFactory.ts';
import { checkRejected, type Rejected } from '../stream/rejected.ts';
import type { AccessOptions } from '../stream/serviceAccess.ts';
import { type StreamOptions, streamOptionNames } from '../stream/streamOptions.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import { parseAddress } from '../transport/parseAddress.ts';
import type { TlsOptions } from '../transport/tlsOptions.ts';
import type { Transport } from '../transport/transport.ts';
import { userAgentOf } from '../transport/userAgentOf.ts';
import type { Batch, RecordFormat } from '../wire/batch.ts';
import type { AckCallback } from './ackCallback.ts';
import { payloadForm } from './payloadForm.ts';
import { type Submission, SubmissionRejections } from './submissionRejections.ts';
import { resolveTarget, type StreamTarget } from './tableProperties.ts';
import { ZerobusStream } from './zerobusStream.ts';

/** Options of {@link ZerobusSdk}, for all its streams. */
export interface ZerobusSdkOptions {
  /**
   * TLS trust and client certificate, for streams and token requests. Defaults to Node's trusted CAs and no client
   * certificate.
   */
  readonly tls?: TlsOptions | undefined;
  /**
   * The name of your application, e.g. `my-app` or `my-app/1.0`, at most 256 printable ASCII characters. It follows the
   * name of this package in the `user-agent` of streams and token requests. Defaults to none.
   */
  readonly applicationName?: string | undefined;
  /** @internal Opens calls instead of gRPC to the endpoint, for specs. */
  readonly transport?: Transport | undefined;
}

/** Options of {@link ZerobusSdk.createStream}. */
export interface StreamConfigurationOptions extends StreamOptions {
  /**
   * The format of the records. `PROTO` without a descriptor is `INVALID_OPTIONS`. `JSON` ignores a descriptor, with a
   * process warning. Defaults to `PROTO` with a descriptor or a table definition, and to `JSON` otherwise.
   */
  readonly recordType?: RecordFormat | undefined;
  /** Called with every offset, outside the code that receives acks. Defaults to none. */
  readonly ackCallback?: AckCallback | undefined;
  /**
   * Provides the headers instead of OAuth. If it is given, the client id and secret are ignored. Defaults to OAuth
   * client credentials.
   */
  readonly headersProvider?: HeadersProvider | undefined;
  /**
   * Takes in a submission that the service refuses for its content, a batch as a whole. The stream goes on without it,
   * and the watermark does not pass it before what this returns has completed. Then the promises of its offset reject
   * with the refusal. If it errors, the stream fails with `REJECTION_FAILED`. `value` is what was submitted, or after
   * `recreateStream` its payload. What cannot be sent rejects its promise, and does not come here. Defaults to a
   * failure of the stream.
   */
  readonly rejected?: Rejected<Submission, RecordPayload | readonly RecordPayload[]> | undefined;
}

const sdkOptionNames: NamesOf<ZerobusSdkOptions> = { applicationName: true, tls: true, transport: false };

const configurationNames: NamesOf<StreamConfigurationOptions> = {
  ...streamOptionNames,
  recordType: true,
  ackCallback: true,
  headersProvider: true,
  rejected: true,
};

/** The arguments a stream was created with, for `recreateStream`. */
interface Origin {
  readonly target: StreamTarget;
  readonly access: AccessOptions;
  readonly options: StreamConfigurationOptions;
}

const origins = new WeakMap<ZerobusStream, Origin>();

/** Streams whose batches another stream has taken over. That one writes its own offsets into their memory. */
const takenOver = new WeakSet<ZerobusStream>();

/**
 * Opens streams to the tables of one workspace, with the API of the other SDKs.
 *
 * One instance is enough for an application. Streams of one process share their tokens and nothing else: each has its
 * own connection.
 *
 * @example
 * ```ts
 * import { ZerobusSdk } from 'rxjs-zerobus';
 *
 * const sdk = new ZerobusSdk(
 *   'https://1234.zerobus.us-west-2.cloud.databricks.com',
 *   'https://dbc-1234.cloud.databricks.com',
 * );
 * const stream = await sdk.createStream({ tableName: 'main.iot.readings' }, clientId, clientSecret);
 * const offset = await stream.ingestRecordOffset({ device: 'd1', temp: 21 });
 * await stream.waitForOffset(offset);
 * await stream.close();
 * ```
 */
export class ZerobusSdk {
  /** The URL of the Zerobus endpoint, with its scheme. */
  readonly endpoint: string;
  /** The URL of the workspace, with its scheme. Tokens and table definitions come from there. */
  readonly workspaceUrl: string;
  /** The id of the workspace, which is the first label of the endpoint's host. */
  readonly workspaceId: string;
  readonly #options: ZerobusSdkOptions;

  /**
   * @param endpoint e.g. `https://1234.zerobus.us-west-2.cloud.databricks.com`. `https://` is added if there is no
   * scheme
   * @param workspaceUrl e.g. `https://dbc-1234.cloud.databricks.com`
   * @param options see {@link ZerobusSdkOptions}
   * @throws {@link ZerobusError} `INVALID_ENDPOINT` if one of the addresses is not valid, or `INVALID_OPTIONS` if an
   * option is not
   */
  constructor(endpoint: string, workspaceUrl: string, options: ZerobusSdkOptions = {}) {
    const { address, workspaceId, workspace } = readArguments('ZerobusSdk', () => {
      checkNames('ZerobusSdk', options, sdkOptionNames);
      // Throws if the name is not valid, before the first stream.
      userAgentOf(options.applicationName);
      return {
        ...resolveEndpoint(endpoint, options.tls),
        workspace: parseAddress('workspaceUrl', workspaceUrl),
      };
    });
    this.#options = options;
    this.endpoint = address.url;
    this.workspaceId = workspaceId;
    this.workspaceUrl = workspace.url;
  }

  /**
   * Opens a stream with tokens by OAuth client credentials.
   *
   * @param target the properties of the table, or a definition by `defineTable` or `fetchTable`, whose rows are then
   * the records
   * @param clientId the application id of a service principal
   * @param clientSecret its OAuth secret
   * @param options see {@link StreamConfigurationOptions}
   * @param headersProvider the headers provider of the official SDK, instead of the option. If either is given, the
   * client id and secret are ignored. Defaults to none
   * @returns a promise that resolves when the service has created the stream. Retryable failures are retried according
   * to the options. Rejects with a `ZerobusError` if an argument is not valid, the token request fails, or the service
   * refuses the stream
   */
  async createStream(
    target: StreamTarget,
    clientId: string,
    clientSecret: string | Secret,
    options?: StreamConfigurationOptions | null,
    headersProvider?: HeadersCallback | null,
  ): Promise<ZerobusStream> {
    const access = readArguments('createStream', () => {
      const provider = givenProvider(options?.headersProvider, headersProvider ?? undefined);
      return provider === undefined ? { clientId, clientSecret } : { headersProvider: provider };
    });
    return this.#open({ target, options: options ?? {}, access }, []);
  }

  /**
   * Opens a stream with headers from a provider.
   *
   * @param headersProvider asked for headers before every connection. It may return them, a promise or an observable
   * @returns see {@link createStream}
   */
  async createStreamWithHeadersProvider(
    target: StreamTarget,
    headersProvider: HeadersProvider,
    options?: StreamConfigurationOptions | null,
  ): Promise<ZerobusStream> {
    readArguments('createStreamWithHeadersProvider', () => {
      if (options?.headersProvider !== undefined) {
        throw givenTwice();
      }
    });
    return this.#open({ target, options: options ?? {}, access: { headersProvider } }, []);
  }

  /**
   * Opens a stream with the arguments of one that has ended. It first ingests the records that did not become durable
   * there: in order, batches as batches.
   *
   * @param stream a stream of this package, closed or failed
   * @returns see {@link createStream}. Also rejects with `INVALID_STATE` if the stream has not ended
   */
  async recreateStream(stream: ZerobusStream): Promise<ZerobusStream> {
    const origin = origins.get(stream);
    if (origin === undefined) {
      throw new ZerobusError(
        'INVALID_STATE',
        'The stream was not created by a ZerobusSdk of this package: only such a stream can be recreated.',
      );
    }
    return this.#open(origin, takeOver(stream));
  }

  async #open(origin: Origin, unacked: readonly Batch[]): Promise<ZerobusStream> {
    const { options } = origin;
    const { endpoint, workspaceUrl } = this;
    const access = { ...this.#options, ...origin.access, endpoint, workspaceUrl };
    const { target, factory, rejected } = readArguments('createStream', () => {
      checkNames('createStream', options, configurationNames);
      const target = resolveTarget(origin.target, options.recordType);
      return { target, factory: ingestionFactory(target, access, options), rejected: checkRejected(options.rejected) };
    });
    const { tableName, format, stream, make } = factory;
    const rejections = rejected && new SubmissionRejections(rejected);
    const ingestion = make({ rejectionTaker: rejections?.taker });
    ingestion.append(unacked);
    rejections?.onAppended(unacked);
    const form = payloadForm(format, target.table instanceof TableDefinition ? target.table : undefined);
    const { flushTimeoutMs, scheduler } = stream;
    const opened = await ZerobusStream.open({
      tableName,
      form,
      ingestion,
      flushTimeoutMs,
      scheduler,
      ackCallback: options.ackCallback,
      rejections,
    });
    origins.set(opened, origin);
    return opened;
  }
}

/** Returns the provider of a stream's headers that the caller gave, if any. */
function givenProvider(
  option: HeadersProvider | undefined,
  argument: HeadersCallback | undefined,
): HeadersProvider | undefined {
  if (argument === undefined) {
    return option;
  }
  if (option !== undefined) {
    throw givenTwice();
  }
  if (typeof argument.getHeadersCallback !== 'function') {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'The fifth argument must have a function getHeadersCallback: pass a HeadersProvider as the option headersProvider.',
    );
  }
  return callbackProvider(argument);
}

function givenTwice(): ZerobusError {
  return new ZerobusError('INVALID_OPTIONS', 'There are two headers providers: omit the option headersProvider.');
}

/** Returns the batches that did not become durable, in memory that no other stream sends from. */
function takeOver(stream: ZerobusStream): Batch[] {
  const batches = stream.unackedBatches();
  if (takenOver.has(stream)) {
    return batches.map((batch) => ({ ...batch, buffer: Buffer.from(batch.buffer) }));
  }
  takenOver.add(stream);
  return batches;
}
