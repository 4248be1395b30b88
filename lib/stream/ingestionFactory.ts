import type { TableDefinition } from '../table/tableDefinition.ts';
import type { RecordFormat } from '../wire/batch.ts';
import { Ingestion, type IngestionOptions } from './ingestion.ts';
import { type AccessOptions, serviceAccess } from './serviceAccess.ts';
import { type ResolvedStreamOptions, resolveStreamOptions, type StreamOptions } from './streamOptions.ts';
import { streamTable, type ZerobusRecord } from './streamTable.ts';

/** The table a stream writes to, and the descriptor of its records if they are serialized messages. */
export interface IngestionTarget {
  readonly table: string | TableDefinition<object>;
  readonly descriptor: Uint8Array | undefined;
}

type MakeOptions = Pick<IngestionOptions<ZerobusRecord>, 'onPressure' | 'overflows' | 'rejectionTaker'>;

/** A checked configuration, and the ingestions that share it. */
export interface IngestionFactory {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly format: RecordFormat;
  readonly stream: ResolvedStreamOptions;
  /** Creates an ingestion. All ingestions share the configuration and the token cache, and nothing else. */
  readonly make: (options?: MakeOptions) => Ingestion<ZerobusRecord>;
}

/**
 * Checks the options of a stream and fills in the defaults, before anything is opened.
 *
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME`, `INVALID_ENDPOINT` or `INVALID_OPTIONS` if an argument is
 * malformed
 */
export function ingestionFactory(
  { table, descriptor }: IngestionTarget,
  access: AccessOptions,
  options: StreamOptions,
): IngestionFactory {
  const { tableName, format, creationRequest, makeBuilder } = streamTable(table, descriptor);
  const stream = resolveStreamOptions(options);
  const resolvedAccess = serviceAccess(tableName, access, stream);
  const make = (options?: MakeOptions): Ingestion<ZerobusRecord> =>
    new Ingestion({ tableName, stream, ...resolvedAccess, creationRequest, makeBuilder, ...options });
  return { tableName, format, stream, make };
}
