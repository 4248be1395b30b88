import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { batchChannel } from '../../lib/telemetry/batchChannel.ts';
import { connectionChannel } from '../../lib/telemetry/connectionChannel.ts';
import type { StreamInfo } from '../../lib/telemetry/streamInfo.ts';
import type { TypedChannel } from '../../lib/telemetry/typedChannel.ts';

/** Resolves with the next message of a channel about a table that is of this kind. */
function nextMessage<Message extends { readonly stream: StreamInfo; readonly kind: string }>(
  { name }: TypedChannel<Message>,
  table: string,
  kind: Message['kind'],
): Promise<Message> {
  return new Promise((resolve) => {
    const listener = (published: unknown): void => {
      const message = published as Message;
      if (message.stream.table === table && message.kind === kind) {
        unsubscribe(name, listener);
        resolve(message);
      }
    };
    subscribe(name, listener);
  });
}

/** Resolves with the next message about a batch into this table that is of this kind. */
export function nextBatch(table: string, kind: 'sent' | 'durable' | 'rejected'): Promise<unknown> {
  return nextMessage(batchChannel, table, kind);
}

/** Resolves when a connection for this table opens. */
export function nextOpening(table: string): Promise<unknown> {
  return nextMessage(connectionChannel, table, 'opened');
}
