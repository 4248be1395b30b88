import { ZerobusError } from '../errors/zerobusError.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import type { RecordFormat } from '../wire/batch.ts';

/** The table a stream writes to. */
export interface TableProperties {
  /** `catalog.schema.table` */
  readonly tableName: string;
  /**
   * The message that records are, for PROTO streams: one serialized `google.protobuf.DescriptorProto` as bytes or in
   * base64, or a google-protobuf message of that type. `loadDescriptor` reads one from a file.
   */
  readonly descriptorProto?: Uint8Array | string | { serializeBinary(): Uint8Array } | undefined;
}

/**
 * What a stream is created for: {@link TableProperties}, or a definition made by `defineTable` or `fetchTable`, whose
 * rows are its records.
 */
export type StreamTarget = TableProperties | TableDefinition<object>;

/** What the engine is told of a target. */
export interface ResolvedTarget {
  readonly table: string | TableDefinition<object>;
  readonly descriptor: Uint8Array | undefined;
}

/**
 * Settles what the records of a stream are: by the record type that was asked for, or by whether there is a descriptor.
 *
 * @throws ZerobusError `INVALID_OPTIONS` for a PROTO stream without a descriptor, or where target, descriptor or record
 * type is none
 */
export function resolveTarget(target: StreamTarget, recordType: RecordFormat | undefined): ResolvedTarget {
  if (recordType !== undefined && recordType !== 'JSON' && recordType !== 'PROTO') {
    throw new ZerobusError('INVALID_OPTIONS', `recordType must be JSON or PROTO, got ${String(recordType)}.`);
  }
  if (typeof target !== 'object' || target === null) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      "The table is given as { tableName: 'catalog.schema.table' }, or as a table definition.",
    );
  }
  if (target instanceof TableDefinition) {
    if (recordType === 'JSON') {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        'Rows of a table definition travel as protobuf: recordType JSON takes a table name.',
      );
    }
    return { table: target, descriptor: undefined };
  }
  const { tableName, descriptorProto } = target;
  if (recordType === 'PROTO' && descriptorProto === undefined) {
    throw new ZerobusError('INVALID_OPTIONS', 'A PROTO stream needs tableProperties.descriptorProto.');
  }
  if (recordType === 'JSON' && descriptorProto !== undefined) {
    process.emitWarning('The descriptor of a JSON stream is ignored.', {
      type: 'ZerobusWarning',
      code: 'DESCRIPTOR_IGNORED',
    });
    return { table: tableName, descriptor: undefined };
  }
  return { table: tableName, descriptor: descriptorProto === undefined ? undefined : descriptorBytes(descriptorProto) };
}

const base64 = /^[\w+/-]+={0,2}$/;

function descriptorBytes(descriptorProto: NonNullable<TableProperties['descriptorProto']>): Uint8Array {
  if (descriptorProto instanceof Uint8Array) {
    return descriptorProto;
  }
  if (typeof descriptorProto === 'string') {
    const text = descriptorProto.replaceAll(/\s/g, '');
    if (base64.test(text)) {
      return Buffer.from(text, 'base64');
    }
  } else if (typeof descriptorProto.serializeBinary === 'function') {
    return descriptorProto.serializeBinary();
  }
  throw new ZerobusError(
    'INVALID_OPTIONS',
    'tableProperties.descriptorProto must be a serialized DescriptorProto as bytes or in base64, or a message of that type.',
  );
}
