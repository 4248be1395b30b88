/** The name of this writer in the `commitInfo` of each commit. */
export const ENGINE_INFO = 'zerobus-local';

/** `protocol`: what a reader and a writer of the table must support. */
export interface ProtocolAction {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** `metaData`: the table's identity and schema. */
export interface MetaDataAction {
  /** A GUID. A table that is dropped and created again has another one. */
  readonly id: string;
  readonly name?: string;
  readonly description?: string;
  readonly format: { readonly provider: string; readonly options: Readonly<Record<string, string>> };
  /** The schema's JSON text. */
  readonly schemaString: string;
  readonly partitionColumns?: readonly string[];
  readonly configuration?: Readonly<Record<string, string>>;
  /** Milliseconds since 1970-01-01. */
  readonly createdTime?: number;
}

/** The rows of a data file that are deleted. */
export interface DeletionVector {
  /** `u` or `p` for a file, `i` for a vector in the log itself. */
  readonly storageType: string;
  readonly pathOrInlineDv: string;
  readonly offset?: number | null;
}

/** `add`: a data file that belongs to the table from this commit on. */
export interface AddAction {
  /** Relative to the table's root, URI-encoded. */
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970-01-01. */
  readonly modificationTime: number;
  readonly dataChange: boolean;
  /** JSON text. */
  readonly stats?: string;
  readonly deletionVector?: DeletionVector | null;
  /** The implementation that has clustered the file. Only kept: files are not clustered here, only sorted. */
  readonly clusteringProvider?: string;
}

/** `remove`: a data file that no longer belongs to the table. */
export interface RemoveAction {
  readonly path: string;
  /** Milliseconds since 1970-01-01. */
  readonly deletionTimestamp?: number;
  readonly dataChange: boolean;
  readonly deletionVector?: DeletionVector | null;
  /** Whether the fields below are there. */
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string | null>>;
  /** Bytes. */
  readonly size?: number;
}

/** `txn`: the progress of a writer. It is recorded atomically with the files that the writer adds. */
export interface TransactionAction {
  readonly appId: string;
  readonly version: number;
  /** Milliseconds since 1970-01-01. */
  readonly lastUpdated?: number;
}

/** `domainMetadata`: what a feature keeps about the table, by its name. */
export interface DomainMetadataAction {
  readonly domain: string;
  /** JSON text. */
  readonly configuration: string;
  readonly removed: boolean;
}

/** One line of a Delta commit file. Actions that don't change the content of a table are read as empty. */
export interface DeltaAction {
  readonly protocol?: ProtocolAction;
  readonly metaData?: MetaDataAction;
  readonly add?: AddAction;
  readonly remove?: RemoveAction;
  readonly txn?: TransactionAction;
  readonly domainMetadata?: DomainMetadataAction;
  readonly commitInfo?: Readonly<Record<string, unknown>>;
}
