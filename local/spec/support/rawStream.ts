import { Client, type ClientDuplexStream, credentials, Metadata, type StatusObject } from '@grpc/grpc-js';
import { decodeResponse, encodeRequest, type PlainResponse } from './zerobusWire.ts';

const PATH = '/databricks.zerobus.Zerobus/EphemeralStream';

/** Options of {@link RawStream}. */
export interface RawStreamOptions {
  readonly table?: string;
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The authority to trust, for a server over TLS. */
  readonly ca?: string | undefined;
  /** The method. Defaults to EphemeralStream. */
  readonly path?: string;
}

/**
 * An EphemeralStream call with only grpc-js in between. It can make every mistake that a client can make.
 */
export class RawStream {
  readonly call: ClientDuplexStream<Buffer, Buffer>;
  /** Resolves with the response headers. */
  readonly headers: Promise<Metadata>;
  /** Resolves with the status of the call. */
  readonly status: Promise<StatusObject>;
  readonly responses: PlainResponse[] = [];
  readonly #client: Client;
  #taken = 0;
  #wake: () => void = () => undefined;
  #ended: StatusObject | undefined;

  constructor(endpoint: string, options: RawStreamOptions = {}) {
    const { ca } = options;
    const security = ca === undefined ? credentials.createInsecure() : credentials.createSsl(Buffer.from(ca));
    this.#client = new Client(endpoint.replace(/^https?:\/\//, ''), security, {
      'grpc.max_send_message_length': -1,
      'grpc.use_local_subchannel_pool': 1,
      // grpc-js would send the address as a server name, and Node.js warns about that.
      ...(ca === undefined ? {} : { 'grpc.ssl_target_name_override': 'localhost' }),
    });
    const metadata = new Metadata();
    if (options.table !== undefined) {
      metadata.set('x-databricks-zerobus-table-name', options.table);
    }
    if (options.token !== undefined) {
      metadata.set('authorization', `Bearer ${options.token}`);
    }
    for (const [name, value] of Object.entries(options.headers ?? {})) {
      metadata.set(name, value);
    }
    const asIs = (bytes: Buffer): Buffer => bytes;
    this.call = this.#client.makeBidiStreamRequest(options.path ?? PATH, asIs, asIs, metadata);
    this.headers = new Promise((resolve) => this.call.on('metadata', resolve));
    this.call.on('error', () => undefined);
    this.call.on('data', (bytes: Buffer) => {
      this.responses.push(decodeResponse(bytes));
      this.#wake();
    });
    this.status = new Promise((resolve) => {
      this.call.on('status', (status) => {
        this.#ended = status;
        this.#wake();
        this.#client.close();
        resolve(status);
      });
    });
  }

  /** Opens a stream and waits until the server has accepted it. */
  static async open(
    endpoint: string,
    table: string,
    options: RawStreamOptions & { create?: object } = {},
  ): Promise<RawStream> {
    const stream = new RawStream(endpoint, { table, ...options });
    stream.send({ createStream: { tableName: table, recordType: 2, ...options.create } });
    const response = await stream.next();
    if (!response.createStreamResponse?.streamId) {
      throw new Error(`no stream id in ${JSON.stringify(response)}`);
    }
    return stream;
  }

  /** Sends a request from plain data. */
  send(request: object): void {
    this.sendBytes(encodeRequest(request));
  }

  /** Sends a request from bytes. */
  sendBytes(bytes: Buffer): void {
    this.call.write(bytes);
  }

  /** Sends a batch of JSON records. */
  sendJson(offsetId: number, records: readonly (object | string)[]): void {
    const texts = records.map((record) => (typeof record === 'string' ? record : JSON.stringify(record)));
    this.send({ ingestRecordBatch: { offsetId, jsonBatch: { records: texts } } });
  }

  /** Resolves with the next response. Rejects if the call ends without one. */
  async next(): Promise<PlainResponse> {
    while (this.#taken >= this.responses.length) {
      if (this.#ended !== undefined) {
        throw new Error(`the call ended: ${this.#ended.code} ${this.#ended.details}`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    return this.responses[this.#taken++] as PlainResponse;
  }

  /**
   * Waits until `offset` or a later one is acknowledged. @returns the offsets of all acks until then
   */
  async acknowledged(offset: number): Promise<(number | undefined)[]> {
    const offsets: (number | undefined)[] = [];
    while ((offsets.at(-1) ?? -1) < offset) {
      const { ingestRecordResponse } = await this.next();
      if (ingestRecordResponse !== undefined) {
        offsets.push(ingestRecordResponse.durabilityAckUpToOffset);
      }
    }
    return offsets;
  }

  /** The offsets of all acks received. */
  get acks(): (number | undefined)[] {
    return this.responses.flatMap(({ ingestRecordResponse }) =>
      ingestRecordResponse === undefined ? [] : [ingestRecordResponse.durabilityAckUpToOffset],
    );
  }

  /** Half-closes and waits for the status. */
  close(): Promise<StatusObject> {
    this.call.end();
    return this.status;
  }
}
