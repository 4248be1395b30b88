import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { BatchMessage } from '../../lib/telemetry/batchChannel.ts';
import type { BatchInfo } from '../../lib/telemetry/batchInfo.ts';
import type { ConnectionMessage } from '../../lib/telemetry/connectionChannel.ts';
import type { RecordMessage } from '../../lib/telemetry/recordChannel.ts';
import type { RejectionMessage } from '../../lib/telemetry/rejectionChannel.ts';
import type { StreamMessage } from '../../lib/telemetry/streamChannel.ts';
import type { StreamInfo } from '../../lib/telemetry/streamInfo.ts';
import { shapeFaults } from './shapeFaults.ts';

/** What is known of one stream. */
interface ModelledStream {
  hasOpened: boolean;
  closedBy: string | undefined;
  connection: 'none' | 'connecting' | 'open';
  connections: number;
  brokenBy: string | undefined;
  /** The batches that are not over, with their records. */
  readonly batches: Map<BatchInfo, { records: number; attempts: number }>;
  readonly batchIds: Set<number>;
  /** The batches that were sent when the connection was opened: those that are sent again. */
  replay: { records: number; batches: number };
  readonly records: Record<'sealed' | 'durable' | 'rejected' | 'dropped' | 'abandoned' | 'refused', number>;
  /** The index of the record that has entered last. */
  lastIndex: number;
}

/** Subscribes to all channels, and holds what they say against what they promise. */
export class TelemetryModel implements Disposable {
  /** What was wrong. */
  readonly lies: string[] = [];
  readonly #streams = new Map<StreamInfo, ModelledStream>();
  readonly #streamIds = new Set<number>();
  readonly #tokens = new Map<number, string>();
  readonly #endings: (() => void)[] = [];
  /** The message that is looked at. */
  #last = '';

  constructor() {
    this.#listen('stream', (message: StreamMessage) => this.#onStream(message));
    this.#listen('connection', (message: ConnectionMessage) => this.#onConnection(message));
    this.#listen('batch', (message: BatchMessage) => this.#onBatch(message));
    this.#listen('rejection', (message: RejectionMessage) => {
      this.#of(message.stream).records.refused += message.records;
    });
    this.#listen('record', (message: RecordMessage) => this.#onRecord(message));
    this.#listen('token', (message) => this.#onToken(message));
  }

  /**
   * Checks what must be true when all streams have ended.
   *
   * @param stored the number of records in the table
   */
  checkEnd(stored: number): void {
    this.#check(this.#sum('durable') <= stored, `${this.#sum('durable')} are durable, but ${stored} are stored`);
    for (const [{ id }, { hasOpened, closedBy, connection, batches, records }] of this.#streams) {
      this.#check(hasOpened === (closedBy !== undefined), `stream ${id} opened ${hasOpened}, closed ${closedBy}`);
      this.#check(connection === 'none', `the connection of stream ${id} is ${connection} at the end`);
      this.#check(batches.size === 0, `${batches.size} batches of stream ${id} have no end`);
      const over = records.durable + records.rejected + records.dropped + records.abandoned;
      this.#check(over === records.sealed, `stream ${id}: ${JSON.stringify(records)}`);
      this.#check(closedBy !== 'completed' || records.abandoned === 0, `stream ${id} completed, and abandons`);
    }
    for (const [id, kind] of this.#tokens) {
      this.#check(kind !== 'requested', `request ${id} has no end`);
    }
  }

  [Symbol.dispose](): void {
    for (const end of this.#endings.splice(0)) {
      end();
    }
  }

  /** The sum over all streams. */
  #sum(of: keyof ModelledStream['records']): number {
    return [...this.#streams.values()].reduce((sum, { records }) => sum + records[of], 0);
  }

  #listen<Message>(name: string, onMessage: (message: Message) => void): void {
    const listener = (message: unknown): void => {
      this.#last = `${name} ${(message as { readonly kind?: string }).kind ?? ''}`;
      this.lies.push(...shapeFaults(name, message as Readonly<Record<string, unknown>>));
      onMessage(message as Message);
    };
    subscribe(`rxjs-zerobus:${name}`, listener);
    this.#endings.push(() => unsubscribe(`rxjs-zerobus:${name}`, listener));
  }

  #check(isTrue: boolean, lie: string): void {
    if (!isTrue) {
      this.lies.push(lie);
    }
  }

  #of(info: StreamInfo): ModelledStream {
    const known = this.#streams.get(info);
    if (known !== undefined) {
      this.#check(known.closedBy === undefined, `${this.#last} follows the end of its stream`);
      return known;
    }
    this.#check(!this.#streamIds.has(info.id), `two streams have the id ${info.id}`);
    this.#streamIds.add(info.id);
    const stream: ModelledStream = {
      hasOpened: false,
      closedBy: undefined,
      connection: 'none',
      connections: 0,
      brokenBy: undefined,
      batches: new Map(),
      batchIds: new Set(),
      replay: { records: 0, batches: 0 },
      records: { sealed: 0, durable: 0, rejected: 0, dropped: 0, abandoned: 0, refused: 0 },
      lastIndex: -1,
    };
    this.#streams.set(info, stream);
    return stream;
  }

  #onStream(message: StreamMessage): void {
    const stream = this.#of(message.stream);
    if (message.kind === 'opened') {
      this.#check(!stream.hasOpened, `stream ${message.stream.id} opens twice`);
      stream.hasOpened = true;
    } else if (message.kind === 'closed') {
      stream.closedBy = message.reason;
      const { inflightRecords, inflightBytes } = message.stream;
      const isEmpty = inflightRecords === 0 && inflightBytes === 0;
      this.#check(message.reason !== 'completed' || isEmpty, `a stream completes with ${inflightRecords} in flight`);
    }
  }

  #onConnection(message: ConnectionMessage): void {
    const stream = this.#of(message.stream);
    const from = stream.connection;
    const expect = (...states: readonly string[]): void =>
      this.#check(states.includes(from), `${message.kind} follows the state ${from}`);
    switch (message.kind) {
      case 'connecting':
        expect('none');
        this.#check(message.isFirst === (stream.connections === 0), 'isFirst is wrong');
        this.#check(
          message.errorCode === stream.brokenBy,
          `the reason is ${message.errorCode}, not ${stream.brokenBy}`,
        );
        stream.connections++;
        stream.connection = 'connecting';
        break;
      case 'opened':
        expect('connecting');
        stream.connection = 'open';
        stream.replay = replayOf(stream);
        break;
      case 'replayed': {
        expect('open');
        const { records, batches } = stream.replay;
        const isRight = message.records === records && message.batches === batches;
        this.#check(isRight, `${message.records}, ${message.batches} are replayed, not ${records}, ${batches}`);
        break;
      }
      case 'broken':
      case 'closed':
        expect('connecting', 'open');
        stream.brokenBy = message.kind === 'broken' ? message.errorCode : undefined;
        stream.connection = 'none';
        break;
      case 'rotation':
        expect('open');
        break;
      default:
        expect('none');
    }
  }

  #onBatch(message: BatchMessage): void {
    const { batch, kind } = message;
    const { batches, batchIds, records, ...stream } = this.#of(message.stream);
    const add = (info: BatchInfo): void => {
      this.#check(!batchIds.has(info.id), `two batches have the id ${info.id}`);
      this.#check(info.records > 0 && info.bytes > 0, `batch ${info.id} is empty`);
      batchIds.add(info.id);
      batches.set(info, { records: info.records, attempts: info.attempts });
    };
    if (kind === 'sealed') {
      records.sealed += batch.records;
      add(batch);
      // A batch that another stream has left behind is sealed before this one is opened.
      if (!batch.isWhole && stream.hasOpened) {
        this.#onSealed(message.stream, batch);
      }
      return;
    }
    const known = batches.get(batch);
    if (known === undefined) {
      this.lies.push(`${kind} of a batch that is unknown or over`);
      return;
    }
    this.#check(
      batch.attempts === known.attempts + (kind === 'sent' ? 1 : 0),
      `attempts of ${kind}: ${batch.attempts}`,
    );
    known.attempts = batch.attempts;
    this.#check(batch.records + (kind === 'dropped' ? message.records : 0) === known.records, `records of ${kind}`);
    switch (kind) {
      case 'sent':
        this.#check(stream.connection === 'open', `a batch is sent on a connection that is ${stream.connection}`);
        break;
      case 'split':
        this.#check(message.parts.reduce((sum, part) => sum + part.records, 0) === batch.records, 'parts lose records');
        batches.delete(batch);
        message.parts.forEach(add);
        break;
      case 'dropped':
        records.dropped += message.records;
        known.records = batch.records;
        if (batch.records === 0) {
          batches.delete(batch);
        }
        break;
      default:
        this.#check(kind === 'abandoned' || batch.attempts > 0, `${kind}, but never sent`);
        records[kind] += batch.records;
        batches.delete(batch);
    }
  }

  #onRecord({ stream: info, index }: RecordMessage): void {
    const stream = this.#of(info);
    const { lastIndex } = stream;
    this.#check(index === lastIndex || index === lastIndex + 1, `a record at ${index} follows one at ${lastIndex}`);
    stream.lastIndex = index;
  }

  /** The batch has all records that have entered since the one before, or all but the last. */
  #onSealed(info: StreamInfo, { records }: BatchInfo): void {
    const stream = this.#of(info);
    const { lastIndex } = stream;
    this.#check(lastIndex === records - 1 || lastIndex === records, `${records} are sealed, but ${lastIndex} was last`);
    stream.lastIndex = lastIndex === records ? 0 : -1;
  }

  #onToken(message: unknown): void {
    const { id, kind } = message as { readonly id: number; readonly kind: string };
    const before = this.#tokens.get(id);
    this.#check(before === (kind === 'requested' ? undefined : 'requested'), `${kind} of a request follows ${before}`);
    this.#tokens.set(id, kind);
  }
}

/** What has been sent and is not over. */
function replayOf({ batches }: ModelledStream): ModelledStream['replay'] {
  const sent = [...batches.keys()].filter(({ attempts }) => attempts > 0);
  return { records: sent.reduce((sum, { records }) => sum + records, 0), batches: sent.length };
}
