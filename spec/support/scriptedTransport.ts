import { type Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { RecordPayload, ZerobusError } from '../../lib/errors/zerobusError.ts';
import { ackResponse, closeSignalResponse, createdResponse } from '../../lib/testing/serviceResponse.ts';
import type { VirtualConnection } from '../../lib/testing/virtualConnection.ts';
import { VirtualService } from '../../lib/testing/virtualService.ts';
import type { Transport } from '../../lib/transport/transport.ts';

/** An act of a scripted server: a message, or a drain, after which the connection takes more. */
export type ServerAct = Uint8Array | 'drain';

/** Creates the stream. */
export function created(streamId = 'stream'): ServerAct {
  return createdResponse(streamId);
}

/** Acknowledges everything up to this offset of the connection. Without an offset, the field is missing. */
export function ack(physicalOffset?: number): ServerAct {
  return ackResponse(physicalOffset);
}

/** Announces that the server will close the connection. */
export function closeSignal(durationMs: number): ServerAct {
  return closeSignalResponse(durationMs);
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
  const scripts = new Map<VirtualConnection, Subscription>();
  const service = new VirtualService({
    onOpen: (connection) => {
      const token = connection.headers['authorization'];
      if (token !== undefined) {
        note(token);
      }
      connection.room = capacity;
      const script = servers[Math.min(connection.number, servers.length - 1)]?.subscribe({
        next: (act) => (act === 'drain' ? connection.drain(capacity) : connection.send(act)),
        error: (error: ZerobusError) => connection.fail(error),
        complete: () => connection.end(),
      });
      scripts.set(connection, script ?? Subscription.EMPTY);
    },
    onCreate: (_, { tableName }) => note(`create ${tableName}`),
    onBatch: (_, { physicalOffset, records }) => note(`batch ${physicalOffset}: ${records.map(inWords).join(' ')}`),
    onHalfClose: () => note('half-close'),
    onCancel: (connection) => {
      scripts.get(connection)?.unsubscribe();
      note('cancel');
    },
  });
  return { seen, open: (headers, observer) => service.open(headers, observer) };
}

function inWords(record: RecordPayload): string {
  return typeof record === 'string' ? record : Buffer.from(record).toString('base64');
}
