import { types } from 'node:util';
import { ZerobusError } from '../errors/zerobusError.ts';
import { RowBatchBuilder } from '../rows/rowBatchBuilder.ts';
import { completeDescriptor } from '../table/completeDescriptor.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import { parseTableName } from '../table/tableName.ts';
import type { RecordFormat } from '../wire/batch.ts';
import type { BatchBuilder, BatchLimits, OnSealed } from '../wire/batchBuilder.ts';
import { createRequest } from '../wire/createRequest.ts';
import { JsonRecordBuilder } from '../wire/jsonRecordBuilder.ts';
import { ProtoBatchBuilder } from '../wire/protoBatchBuilder.ts';
import type { MakeBuilder } from './sealTogether.ts';

/** A record in any of the forms a stream accepts. */
export type ZerobusRecord = object | string | Uint8Array;

/** The table a stream writes to, and the encoding of its records. */
export interface StreamTable {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly format: RecordFormat;
  /** The serialized request that creates the stream. */
  readonly creationRequest: Buffer;
  readonly makeBuilder: MakeBuilder<ZerobusRecord>;
}

/**
 * Chooses the encoding of a table's records: rows of a table definition, serialized messages if there is a descriptor,
 * or JSON.
 *
 * @param table `catalog.schema.table`, or a definition of the table
 * @param descriptor one serialized `google.protobuf.DescriptorProto`, if records are serialized messages
 * @throws {@link ZerobusError} `INVALID_TABLE_NAME` if `table` is malformed; `INVALID_OPTIONS` if `descriptor` is
 */
export function streamTable(table: string | TableDefinition<object>, descriptor: Uint8Array | undefined): StreamTable {
  if (table instanceof TableDefinition) {
    if (descriptor !== undefined) {
      throw new ZerobusError('INVALID_OPTIONS', 'A table definition has its own descriptor: omit the option.');
    }
    return makeStreamTable(
      table.name,
      table.descriptor,
      (limits, onSealed) => new RowBatchBuilder(table, limits, onSealed),
    );
  }
  const tableName = parseTableName(table).fullName;
  if (descriptor === undefined) {
    return makeStreamTable(tableName, undefined, (limits, onSealed) => new JsonRecordBuilder(limits, onSealed));
  }
  if (!types.isUint8Array(descriptor) || descriptor.length === 0) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'descriptor must be the bytes of a serialized DescriptorProto (a Uint8Array that is not empty).',
    );
  }
  return makeStreamTable(
    tableName,
    completeDescriptor(descriptor),
    (limits, onSealed) => new ProtoBatchBuilder(limits, onSealed),
  );
}

/** A builder checks the form of each record itself, so records of another form are refused whatever their types say. */
function makeStreamTable(
  tableName: string,
  descriptor: Uint8Array | undefined,
  makeBuilder: (limits: BatchLimits, onSealed: OnSealed) => unknown,
): StreamTable {
  const target =
    descriptor === undefined
      ? ({ tableName, format: 'JSON' } as const)
      : ({ tableName, format: 'PROTO', descriptor } as const);
  return {
    tableName,
    format: target.format,
    creationRequest: createRequest(target),
    makeBuilder: (limits, onSealed) => makeBuilder(limits, onSealed) as BatchBuilder<ZerobusRecord>,
  };
}
