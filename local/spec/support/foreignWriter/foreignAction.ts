/** A Delta log's `protocol`, as it is in the file. */
export interface ForeignProtocol {
  readonly minReaderVersion: number;
  readonly minWriterVersion: number;
  readonly readerFeatures?: readonly string[];
  readonly writerFeatures?: readonly string[];
}

/** A Delta log's `metaData`. */
export interface ForeignMetaData {
  readonly id: string;
  readonly schemaString: string;
  readonly configuration: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** A Delta log's `add`. */
export interface ForeignAdd {
  readonly path: string;
  readonly partitionValues: Readonly<Record<string, string>>;
  readonly size: number;
  readonly modificationTime: number;
  readonly dataChange: boolean;
  readonly stats?: string;
}

/** A Delta log's `remove`. */
export interface ForeignRemove {
  readonly path: string;
  readonly deletionTimestamp?: number;
  readonly dataChange: boolean;
  readonly extendedFileMetadata?: boolean;
  readonly partitionValues?: Readonly<Record<string, string>>;
  readonly size?: number;
}

/** A Delta log's `txn`. */
export interface ForeignTransaction {
  readonly appId: string;
  readonly version: number;
  readonly lastUpdated?: number;
}

/** One line of a commit, or one row of a checkpoint. */
export interface ForeignAction {
  readonly commitInfo?: Readonly<Record<string, unknown>>;
  readonly protocol?: ForeignProtocol;
  readonly metaData?: ForeignMetaData;
  readonly add?: ForeignAdd;
  readonly remove?: ForeignRemove;
  readonly txn?: ForeignTransaction;
}
