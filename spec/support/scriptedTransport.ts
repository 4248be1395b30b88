import duration from 'google-protobuf/google/protobuf/duration_pb.js';
import type { Observable, SchedulerLike } from 'rxjs';
import type { ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { StreamHeaders, Transport, TransportCall, TransportObserver } from '../../lib/transport/transport.ts';
import {
  CloseStreamSignal,
  CreateIngestStreamResponse,
  EphemeralStreamRequest,
  EphemeralStreamResponse,
  IngestRecordResponse,
} from '../../proto/messages.ts';

/** An act of a scripted server: a message, or a drain, after which the connection takes more. */
export type ServerAct = Uint8Array | 'drain';

/** Creates the stream. */
export function created(streamId = 'stream'): ServerAct {
  const response = new EphemeralStreamResponse();
  const message = new CreateIngestStreamResponse();
  message.setStreamId(streamId);
  response.setCreateStreamResponse(message);
  return response.serializeBinary();
}

/** Acknowledges everything up to this offset of the connection. Without an offset, the field is missing. */
export function ack(physicalOffset?: number): ServerAct {
  const response = new EphemeralStreamResponse();
  const message = new IngestRecordResponse();
  if (physicalOffset !== undefined) {
    message.setDurabilityAckUpToOffset(physicalOffset);
  }
  response.setIngestRecordResponse(message);
  return response.serializeBinary();
}

/** Announces that the server will close the connection. */
export function closeSignal(durationMs: number): ServerAct {
  const response = new EphemeralStreamResponse();
  const message = new CloseStreamSignal();
  const wait = new duration.Duration();
  wait.setSeconds(Math.floor(durationMs / 1000));
  wait.setNanos((durationMs % 1000) * 1e6);
  message.setDuration(wait);
  response.setCloseStreamSignal(message);
  return response.serializeBinary();
}

/** The messages that a scripted server received, in words, with the frame: `5 batch 0: {"n":1} {"n":2}`. */
export type SeenLog = string[];

export interface ScriptedTransport extends Transport {
  readonly seen: SeenLog;
}

export interface ScriptOptions {
  readonly scheduler: SchedulerLike;
  /**
   * The server of each connection in turn, as a marble diagram of its acts. The last one serves all further
   * connections.
   */
  readonly servers: readonly Observable<ServerAct>[];
  /** The number of messages after which a connection takes no more until it drains. Defaults to no limit. */
  readonly capacity?: number;
}

/** Creates a transport to servers that marble diagrams script. */
export function scriptedTransport({
  scheduler,
  servers,
  capacity = Number.POSITIVE_INFINITY,
}: ScriptOptions): ScriptedTransport {
  const seen: SeenLog = [];
  const note = (text: string): void => void seen.push(`${scheduler.now()} ${text}`);
  let connectionCount = 0;
  return {
    seen,
    open(headers: StreamHeaders, observer: TransportObserver): TransportCall {
      const server = servers[Math.min(connectionCount++, servers.length - 1)];
      const token = headers['authorization'];
      if (token !== undefined) {
        note(token);
      }
      let room = capacity;
      let isOver = false;
      const script = server?.subscribe({
        next: (act) => {
          if (act !== 'drain') {
            return observer.onMessage(act);
          }
          room = capacity;
          observer.onDrain();
        },
        error: (error: ZerobusError) => {
          isOver = true;
          observer.onError(error);
        },
        complete: () => {
          isOver = true;
          observer.onEnd();
        },
      });
      return {
        write(message) {
          note(inWords(message));
          return --room > 0;
        },
        halfClose: () => note('half-close'),
        cancel() {
          if (isOver || script?.closed) {
            return;
          }
          script?.unsubscribe();
          note('cancel');
        },
      };
    },
  };
}

function inWords(message: Uint8Array): string {
  const request = EphemeralStreamRequest.deserializeBinary(message);
  const create = request.getCreateStream();
  if (create !== undefined) {
    return `create ${create.getTableName()}`;
  }
  const batch = request.getIngestRecordBatch();
  const records =
    batch?.getJsonBatch()?.getRecordsList() ?? batch?.getProtoEncodedBatch()?.getRecordsList_asB64() ?? [];
  return `batch ${batch?.getOffsetId()}: ${records.join(' ')}`;
}
