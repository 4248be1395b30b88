import { DeltaLogError } from '../errors.ts';
import { supportedFeatures } from '../schema/supportedFeatures.ts';
import type {
  AddAction,
  DeletionVector,
  DeltaAction,
  DomainMetadataAction,
  MetaDataAction,
  ProtocolAction,
  RemoveAction,
  TransactionAction,
} from './deltaAction.ts';
import { rowsInFile } from './rowsInFile.ts';

/**
 * Table features that this reader supports. Deletion vectors and column mapping are supported as far as
 * {@link DeltaSnapshot.checkReadable} says; checkpoints of version 2 are not read, but all commits may still exist.
 */
const knownReaderFeatures: ReadonlySet<string> = new Set([
  'columnMapping',
  'deletionVectors',
  'timestampNtz',
  'typeWidening',
  'typeWidening-preview',
  'v2Checkpoint',
  'vacuumProtocolCheck',
  'variantType',
]);

const COLUMN_MAPPING_MODE = 'delta.columnMapping.mode';

/** The state of a Delta table at one version: the reconciled actions of its log. */
export class DeltaSnapshot {
  /** The table's root folder. */
  readonly tablePath: string;
  /** The newest commit in this snapshot. -1 before the first. */
  version = -1;
  /** The newest known checkpoint, or 0. */
  checkpointVersion = 0;
  /** Live data files by path. */
  readonly files: Map<string, AddAction> = new Map();
  /** Removed files. Checkpoints keep them until no reader can need them. */
  readonly removedFiles: Map<string, RemoveAction> = new Map();
  /** The newest `txn` of each appId. */
  readonly transactions: Map<string, TransactionAction> = new Map();
  /** The newest `domainMetadata` of each domain that is not removed. */
  readonly domains: Map<string, DomainMetadataAction> = new Map();
  #rowCount = 0;
  #protocol: ProtocolAction | undefined;
  #metaData: MetaDataAction | undefined;

  constructor(tablePath: string) {
    this.tablePath = tablePath;
  }

  /**
   * Rows of the live files, according to their statistics. Files of other writers may have none, and are not counted.
   */
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
   * Checks that reading the rows of the table needs no feature that this reader lacks.
   *
   * @throws {@link DeltaLogError} if it does. Reading the table anyway would return wrong rows.
   */
  checkReadable(): void {
    const { minReaderVersion, readerFeatures = [] } = this.protocol;
    const unknown = readerFeatures.filter((feature) => !knownReaderFeatures.has(feature));
    if (this.#columnMapping === 'id') {
      unknown.push('column mapping by id');
    }
    if (this.#hasDeletionVectors) {
      unknown.push('deletion vectors');
    }
    // A version that is not a number is not known either.
    if (unknown.length > 0 || !(minReaderVersion <= 3)) {
      throw new DeltaLogError(
        `${this.tablePath} needs Delta reader version ${minReaderVersion}${unknown.length === 0 ? '' : ' with '}` +
          `${unknown.join(', ')}, which zerobus-local does not support. Drop the feature, or read the table with another engine.`,
      );
    }
  }

  /**
   * Checks that rows can be appended to the table at this version.
   *
   * @throws {@link DeltaLogError} if the table requires more of a writer than appending files
   */
  checkWritable(): void {
    this.checkReadable();
    const { minWriterVersion, writerFeatures = [] } = this.protocol;
    const unknown = writerFeatures.filter((feature) => !supportedFeatures.has(feature));
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

  /** Whether the data files have other names for the columns than the schema, and the schema names both. */
  get hasMappedColumns(): boolean {
    return this.#columnMapping !== 'none';
  }

  /** The columns that the table is partitioned by. */
  get partitionColumns(): readonly string[] {
    return this.metaData.partitionColumns ?? [];
  }

  /** The newest version that a writer has committed, or -1. */
  transactionVersion(appId: string): number {
    return this.transactions.get(appId)?.version ?? -1;
  }

  /**
   * The path of a live or removed data file that passes the test. Undefined if the log names no such file at this
   * version.
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

  /** Applies one action of the next commit. */
  apply(action: DeltaAction): void {
    if (action.add !== undefined) {
      this.#forget(action.add.path);
      this.files.set(action.add.path, action.add);
      this.#rowCount += rowsInFile(action.add) ?? 0;
      this.removedFiles.delete(action.add.path);
    } else if (action.remove !== undefined) {
      // A commit that deletes rows of a file adds it again with another deletion vector, before or after it removes it.
      const live = this.files.get(action.remove.path);
      if (live !== undefined && !isSameVector(live.deletionVector, action.remove.deletionVector)) {
        return;
      }
      this.#forget(action.remove.path);
      this.removedFiles.set(action.remove.path, action.remove);
    } else if (action.txn !== undefined) {
      this.transactions.set(action.txn.appId, action.txn);
    } else if (action.domainMetadata !== undefined) {
      this.#applyDomain(action.domainMetadata);
    } else if (action.protocol !== undefined) {
      this.#protocol = action.protocol;
    } else if (action.metaData !== undefined) {
      this.#metaData = action.metaData;
    }
  }

  #applyDomain(action: DomainMetadataAction): void {
    if (action.removed) {
      this.domains.delete(action.domain);
    } else {
      this.domains.set(action.domain, action);
    }
  }

  /** `none`, `name` or `id`. */
  get #columnMapping(): string {
    return this.metaData.configuration?.[COLUMN_MAPPING_MODE] ?? 'none';
  }

  get #hasDeletionVectors(): boolean {
    for (const { deletionVector } of this.files.values()) {
      if (deletionVector !== undefined && deletionVector !== null) {
        return true;
      }
    }
    return false;
  }

  get #hasInvariants(): boolean {
    return this.metaData.schemaString.includes('delta.invariants');
  }

  #forget(path: string): void {
    const file = this.files.get(path);
    if (file !== undefined) {
      this.#rowCount -= rowsInFile(file) ?? 0;
      this.files.delete(path);
    }
  }

  #incomplete(action: string): never {
    throw new DeltaLogError(
      `The Delta log of ${this.tablePath} has no ${action} action: it is damaged or incomplete. Restore it from a copy.`,
    );
  }
}

function isSameVector(one: DeletionVector | null | undefined, other: DeletionVector | null | undefined): boolean {
  return vectorId(one) === vectorId(other);
}

function vectorId(vector: DeletionVector | null | undefined): string {
  return vector === undefined || vector === null
    ? ''
    : `${vector.storageType}${vector.pathOrInlineDv}@${vector.offset ?? ''}`;
}
