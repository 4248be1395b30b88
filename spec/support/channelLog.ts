import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { inspect } from 'node:util';
import type { StreamInfo } from '../../lib/telemetry/streamInfo.ts';

/** What is known of a message of any channel. */
export interface LoggedMessage {
  readonly channel: string;
  readonly table: string;
  readonly kind: string;
  readonly message: Readonly<Record<string, unknown>> & { readonly stream?: StreamInfo };
  /** All of it as text, with everything that it leads to, and what getters return. */
  readonly text: string;
}

const channels = ['stream', 'connection', 'token', 'batch', 'rejection'] as const;

/** Subscribes to the channels, and keeps what is published about one table. */
export class ChannelLog implements Disposable {
  readonly messages: LoggedMessage[] = [];
  readonly #endings: (() => void)[] = [];

  constructor(table: string, names: readonly string[] = channels) {
    for (const channel of names) {
      const listener = (published: unknown): void => {
        const message = published as LoggedMessage['message'];
        const logged = message.stream?.table ?? String(message['table']);
        if (logged === table) {
          const text = inspect(message, { depth: Number.POSITIVE_INFINITY, getters: true, showHidden: true });
          this.messages.push({ channel, table, kind: String(message['kind'] ?? ''), message, text });
        }
      };
      subscribe(`rxjs-zerobus:${channel}`, listener);
      this.#endings.push(() => unsubscribe(`rxjs-zerobus:${channel}`, listener));
    }
  }

  /** The kinds of the messages of a channel, in order. */
  kinds(channel: string): readonly string[] {
    return this.of(channel).map(({ kind }) => kind);
  }

  /** The messages of a channel, in order, or those of one kind. */
  of(channel: string, kind?: string): readonly LoggedMessage[] {
    return this.messages.filter((each) => each.channel === channel && (kind === undefined || each.kind === kind));
  }

  /** The sum of the records of the batches that became durable. */
  get durableRecords(): number {
    const durable = this.of('batch', 'durable').map(({ message }) => message['batch'] as { readonly records: number });
    return durable.reduce((sum, { records }) => sum + records, 0);
  }

  [Symbol.dispose](): void {
    for (const end of this.#endings.splice(0)) {
      end();
    }
  }
}
