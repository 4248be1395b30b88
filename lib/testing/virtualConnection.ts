import { EphemeralStreamRequest } from '../../proto/messages.ts';
import type { RecordPayload, ZerobusError } from '../errors/zerobusError.ts';
import type { StreamHeaders, TransportCall, TransportObserver } from '../transport/transport.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { ackResponse, closeSignalResponse, createdResponse } from './serviceResponse.ts';

/** A batch as the service has received it. */
export interface ReceivedBatch {
  /** Its offset of the connection. */
  readonly physicalOffset: number;
  readonly format: RecordFormat;
  /** JSON texts, or serialized messages. */
  readonly records: readonly RecordPayload[];
}

/** A stream as the client asks for it. */
export interface CreationRequest {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly format: RecordFormat;
  /** The serialized `google.protobuf.DescriptorProto` of a PROTO stream. */
  readonly descriptor: Uint8Array | undefined;
}

/** Plays a virtual service: notified of what its clients do, in the same turn. */
export interface VirtualServiceObserver {
  /** A connection is opened. It can fail at once. */
  onOpen?(connection: VirtualConnection): void;
  /** The client asks for a stream. */
  onCreate?(connection: VirtualConnection, request: CreationRequest): void;
  /** A batch has arrived. */
  onBatch?(connection: VirtualConnection, batch: ReceivedBatch): void;
  /** The client has ended its side. */
  onHalfClose?(connection: VirtualConnection): void;
  /** The client has canceled the call. */
  onCancel?(connection: VirtualConnection): void;
}

/**
 * One connection of a virtual service, from the side of the service. It does nothing by itself. After it is over,
 * its methods do nothing.
 */
export class VirtualConnection {
  /** Its place among the connections of the service, from 0. */
  readonly number: number;
  /** The headers that it was opened with. */
  readonly headers: StreamHeaders;
  /** The call of the client. */
  readonly call: TransportCall;
  /** The number of further requests before the connection takes no more until {@link drain}. */
  room: number = Number.POSITIVE_INFINITY;
  readonly #client: TransportObserver;
  #isOver = false;
  #isHalfClosed = false;

  constructor(number: number, headers: StreamHeaders, client: TransportObserver, service: VirtualServiceObserver) {
    this.number = number;
    this.headers = headers;
    this.#client = client;
    this.call = {
      write: (message) => {
        if (!this.#isOver) {
          this.room--;
          this.#take(EphemeralStreamRequest.deserializeBinary(message), service);
        }
        return this.room > 0;
      },
      halfClose: () => {
        if (!this.#isOver) {
          this.#isHalfClosed = true;
          service.onHalfClose?.(this);
        }
      },
      cancel: () => {
        if (!this.#isOver) {
          this.#isOver = true;
          service.onCancel?.(this);
        }
      },
    };
  }

  /** Whether it has ended, failed or was canceled. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** Whether the client has ended its side. */
  get isHalfClosed(): boolean {
    return this.#isHalfClosed;
  }

  /** Creates the stream. */
  create(streamId: string = `stream-${this.number}`): void {
    this.send(createdResponse(streamId));
  }

  /**
   * Acknowledges what was received.
   *
   * @param physicalOffset everything up to this offset of the connection. If undefined, the ack has no offset.
   */
  ack(physicalOffset: number | undefined): void {
    this.send(ackResponse(physicalOffset));
  }

  /** Announces that the service closes the connection. */
  signalClose(durationMs: number): void {
    this.send(closeSignalResponse(durationMs));
  }

  /** Sends a response of any bytes. */
  send(response: Uint8Array): void {
    if (!this.#isOver) {
      this.#client.onMessage(response);
    }
  }

  /** Takes more requests. */
  drain(room: number = Number.POSITIVE_INFINITY): void {
    this.room = room;
    if (!this.#isOver) {
      this.#client.onDrain();
    }
  }

  /** Ends with status OK. */
  end(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#client.onEnd();
    }
  }

  /** Fails, or refuses to be opened. */
  fail(error: ZerobusError): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#client.onError(error);
    }
  }

  #take(request: EphemeralStreamRequest, service: VirtualServiceObserver): void {
    const create = request.getCreateStream();
    if (create !== undefined) {
      const descriptor = create.getDescriptorProto_asU8();
      service.onCreate?.(this, {
        tableName: create.getTableName() ?? '',
        format: descriptor.length === 0 ? 'JSON' : 'PROTO',
        descriptor: descriptor.length === 0 ? undefined : descriptor,
      });
      return;
    }
    const batch = request.getIngestRecordBatch();
    const json = batch?.getJsonBatch()?.getRecordsList();
    service.onBatch?.(this, {
      physicalOffset: batch?.getOffsetId() ?? -1,
      format: json === undefined ? 'PROTO' : 'JSON',
      records: json ?? copiesOf(batch?.getProtoEncodedBatch()?.getRecordsList_asU8() ?? []),
    });
  }
}

/** The bytes of a request change after the client has reused its memory. */
function copiesOf(records: readonly Uint8Array[]): readonly Uint8Array[] {
  return records.map((record) => record.slice());
}
