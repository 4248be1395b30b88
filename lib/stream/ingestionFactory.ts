import type { TableDefinition } from '../table/tableDefinition.ts';
import { Ingestion } from './ingestion.ts';
import { type AccessOptions, serviceAccess } from './serviceAccess.ts';
import { resolveStreamOptions, type StreamOptions } from './streamOptions.ts';
import { streamTable, type ZerobusRecord } from './streamTable.ts';

/** What a stream to one table is made of. */
export interface IngestionFactoryOptions extends AccessOptions, StreamOptions {
  /**
   * One serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet), which makes it a PROTO stream: its
   * records are serialized messages, `Uint8Array`s. Without it, it is a JSON stream: its records are plain objects or
   * JSON strings.
   */
  readonly descriptor?: Uint8Array | undefined;
}

/** Makes an {@link Ingestion}, with nothing shared but what may be: the configuration and the cache of tokens. */
export type MakeIngestion = (onPressure?: (isHigh: boolean) => void) => Ingestion<ZerobusRecord>;

/**
 * Checks and completes everything a stream needs, before anything is opened.
 *
 * @throws ZerobusError `INVALID_TABLE_NAME`, `INVALID_ENDPOINT`, `INVALID_OPTIONS`
 */
export function ingestionFactory(
  table: string | TableDefinition<object>,
  options: IngestionFactoryOptions,
): MakeIngestion {
  const { tableName, creationRequest, makeBuilder } = streamTable(table, options.descriptor);
  const stream = resolveStreamOptions(options);
  const access = serviceAccess(tableName, options, stream);
  return (onPressure) => new Ingestion({ stream, ...access, creationRequest, makeBuilder, onPressure });
}
