import { DeltaLogError } from '../errors.ts';
import type {
  AddAction,
  DeltaAction,
  MetaDataAction,
  ProtocolAction,
  RemoveAction,
  TransactionAction,
} from './deltaAction.ts';

/** Table features that this reader supports. */
const knownReaderFeatures: ReadonlySet<string> = new Set(['timestampNtz', 'variantType']);

/** Table features that this writer supports; `invariants` only as long as no column has one. */
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
  /** Files that were removed; checkpoints keep them until no reader can need them. */
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

  /**
   * Checks that the rows of the table can be read without a feature that this reader lacks.
   *
   * @throws DeltaLogError if they can't be: reading all the same would give wrong rows
   */
  checkReadable(): void {
    const { minReaderVersion, readerFeatures = [] } = this.protocol;
    const unknown = readerFeatures.filter((feature) => !knownReaderFeatures.has(feature));
    // Reader version 2 is column mapping.
    if (minReaderVersion === 2) {
      unknown.push('columnMapping');
    }
    if (unknown.length > 0 || minReaderVersion > 3) {
      throw new DeltaLogError(
        `${this.tablePath} needs Delta reader version ${minReaderVersion} with ${unknown.join(', ')}, which ` +
          'zerobus-local does not support. Drop the feature, or read the table with another engine.',
      );
    }
    if ((this.metaData.partitionColumns ?? []).length > 0) {
      throw new DeltaLogError(
        `${this.tablePath} is partitioned, which zerobus-local does not support. Use a table without partitions.`,
      );
    }
  }

  /**
   * Checks that rows can be appended to the table as it is at this version.
   *
   * @throws DeltaLogError if the table asks more of a writer than appending files to it
   */
  checkWritable(): void {
    this.checkReadable();
    const { minWriterVersion, writerFeatures = [] } = this.protocol;
    const unknown = writerFeatures.filter((feature) => !knownWriterFeatures.has(feature));
    const isVersionKnown = minWriterVersion <= 2 || minWriterVersion === 7;
    const constraint = Object.keys(this.metaData.configuration ?? {}).find((key) =>
      key.startsWith('delta.constraints.'),
    );
    if (!isVersionKnown || unknown.length > 0 || constraint !== undefined || this.#hasInvariants) {
      const needs = [...unknown, ...(constraint === undefined ? [] : [constraint])].join(', ');
      throw new DeltaLogError(
        `${this.tablePath} needs Delta writer version ${minWriterVersion}` +
          `${needs === '' ? '' : ` with ${needs}`}${this.#hasInvariants ? ' and its column invariants' : ''}, which ` +
          'zerobus-local does not support: the table can be queried, but not written to. Drop the feature or the ' +
          'constraint, or use another table.',
      );
    }
  }

  /** The version that a writer has committed, or -1. */
  transactionVersion(appId: string): number {
    return this.transactions.get(appId)?.version ?? -1;
  }

  /**
   * The path of a data file, live or removed, that passes the test; undefined if the log names none at this version.
   */
  findDataFile(test: (path: string) => boolean): string | undefined {
    for (const paths of [this.files.keys(), this.removedFiles.keys()]) {
      for (const path of paths) {
        if (test(path)) {
          return path;
        }
      }
    }
    return undefined;
  }

  /** Takes in one action of the next commit. */
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
      this.#protocol = action.protocol;
    } else if (action.metaData !== undefined) {
      this.#metaData = action.metaData;
    }
  }

  get #hasInvariants(): boolean {
    return this.metaData.schemaString.includes('delta.invariants');
  }

  #forget(path: string): void {
    const file = this.files.get(path);
    if (file !== undefined) {
      this.#rowCount -= rowsOf(file);
      this.files.delete(path);
    }
  }

  #incomplete(action: string): never {
    throw new DeltaLogError(
      `the Delta log of ${this.tablePath} has no ${action} action: it is damaged or incomplete. Restore it from a copy.`,
    );
  }
}

function rowsOf({ stats }: AddAction): number {
  try {
    return (JSON.parse(stats ?? '{}') as { readonly numRecords?: number }).numRecords ?? 0;
  } catch {
    // Statistics of other writers only serve to count.
    return 0;
  }
}
