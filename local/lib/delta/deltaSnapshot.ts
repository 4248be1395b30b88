import type {
  AddAction,
  DeltaAction,
  MetaDataAction,
  ProtocolAction,
  RemoveAction,
  TransactionAction,
} from './deltaAction.ts';
import { DeltaLogError } from './deltaLogError.ts';

/** Table features that this reader knows. */
const knownReaderFeatures: ReadonlySet<string> = new Set(['timestampNtz', 'variantType']);

/** Table features that this writer heeds; `invariants` only as long as no column has one. */
const knownWriterFeatures: ReadonlySet<string> = new Set(['appendOnly', 'invariants', ...knownReaderFeatures]);

/** What a Delta table holds at one version: the log's actions, reconciled. */
export class DeltaSnapshot {
  /** The table's root folder. */
  readonly tablePath: string;
  /** The newest commit that is in here; -1 before the first. */
  version = -1;
  /** The newest checkpoint known, or 0. */
  checkpointVersion = 0;
  /** Live data files, by path. */
  readonly files: Map<string, AddAction> = new Map();
  /** Files that were removed; checkpoints keep them until nobody can need them. */
  readonly removedFiles: Map<string, RemoveAction> = new Map();
  /** The newest `txn` of each appId. */
  readonly transactions: Map<string, TransactionAction> = new Map();
  #rowCount = 0;
  #protocol: ProtocolAction | undefined;
  #metaData: MetaDataAction | undefined;

  constructor(tablePath: string) {
    this.tablePath = tablePath;
  }

  /** Rows of the live files, by their statistics; files of other writers may have none, and don't count. */
  get rowCount(): number {
    return this.#rowCount;
  }

  get protocol(): ProtocolAction {
    return this.#protocol ?? this.#incomplete('protocol');
  }

  get metaData(): MetaDataAction {
    return this.#metaData ?? this.#incomplete('metaData');
  }

  /** @throws DeltaLogError where the table asks more of a writer than appending to it as it is */
  checkWritable(): void {
    const { minWriterVersion, writerFeatures = [] } = this.protocol;
    const unknown = writerFeatures.filter((feature) => !knownWriterFeatures.has(feature));
    const isVersionKnown = minWriterVersion <= 2 || minWriterVersion === 7;
    if (!isVersionKnown || unknown.length > 0 || this.metaData.schemaString.includes('delta.invariants')) {
      throw new DeltaLogError(
        `${this.tablePath} needs Delta writer version ${minWriterVersion} with ${unknown.join(', ') || 'its invariants'}, ` +
          'which zerobus-local does not support: it can be queried, but not written to',
      );
    }
  }

  /** The version that a writer has committed, or -1. */
  transactionVersion(appId: string): number {
    return this.transactions.get(appId)?.version ?? -1;
  }

  /**
   * Takes in one action of the next commit.
   *
   * @throws DeltaLogError where the table needs a feature that is not known here: reading on would give wrong rows
   */
  apply(action: DeltaAction): void {
    if (action.add !== undefined) {
      this.#forget(action.add.path);
      this.files.set(action.add.path, action.add);
      this.#rowCount += rowsOf(action.add);
      this.removedFiles.delete(action.add.path);
    } else if (action.remove !== undefined) {
      this.#forget(action.remove.path);
      this.removedFiles.set(action.remove.path, action.remove);
    } else if (action.txn !== undefined) {
      this.transactions.set(action.txn.appId, action.txn);
    } else if (action.protocol !== undefined) {
      this.#checkProtocol(action.protocol);
      this.#protocol = action.protocol;
    } else if (action.metaData !== undefined) {
      if (action.metaData.partitionColumns.length > 0) {
        throw new DeltaLogError(`${this.tablePath} is partitioned, which zerobus-local does not support`);
      }
      this.#metaData = action.metaData;
    }
  }

  #forget(path: string): void {
    const file = this.files.get(path);
    if (file !== undefined) {
      this.#rowCount -= rowsOf(file);
      this.files.delete(path);
    }
  }

  #checkProtocol(protocol: ProtocolAction): void {
    const unknown = (protocol.readerFeatures ?? []).filter((feature) => !knownReaderFeatures.has(feature));
    // Reader version 2 is column mapping.
    if (protocol.minReaderVersion === 2) {
      unknown.push('columnMapping');
    }
    if (unknown.length > 0 || protocol.minReaderVersion > 3) {
      throw new DeltaLogError(
        `${this.tablePath} needs Delta reader version ${protocol.minReaderVersion} with ${unknown.join(', ')}, which zerobus-local can't read`,
      );
    }
  }

  #incomplete(action: string): never {
    throw new DeltaLogError(`the Delta log of ${this.tablePath} has no ${action} action: it is damaged or incomplete`);
  }
}

function rowsOf(file: AddAction): number {
  return file.stats === undefined ? 0 : ((JSON.parse(file.stats) as { readonly numRecords?: number }).numRecords ?? 0);
}
