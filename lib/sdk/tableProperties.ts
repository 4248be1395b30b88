import { types } from 'node:util';
import { checkNames, type NamesOf } from '../errors/checkNames.ts';
import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { TableDefinition } from '../table/tableDefinition.ts';
import type { RecordFormat } from '../wire/batch.ts';

/** The table a stream writes to. */
export interface TableProperties {
  /** The full name of the table: `catalog.schema.table`. */
  readonly tableName: string;
  /**
   * The descriptor of the records, which makes the stream a PROTO stream: one serialized
   * `google.protobuf.DescriptorProto` as bytes or in base64, or a google-protobuf message of that type.
   * `loadDescriptor` reads one from a file.
   */
  readonly descriptorProto?: Uint8Array | string | { serializeBinary(): Uint8Array } | undefined;
}

/**
 * The table of a stream: {@link TableProperties}, or a definition by `defineTable` or `fetchTable`. With a definition
 * the records are its rows.
 */
export type StreamTarget = TableProperties | TableDefinition<object>;

const propertyNames: NamesOf<TableProperties> = { tableName: true, descriptorProto: true };

/** A target in the form that the engine takes. */
export interface ResolvedTarget {
  readonly table: string | TableDefinition<object>;
  readonly descriptor: Uint8Array | undefined;
}

/**
 * Determines the records of a stream from the record type, or else from the descriptor.
 *
 * @param target the table as the caller gave it
 * @param recordType the record type that the caller asked for
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the target, the descriptor or the record type is not valid, or if a
 * PROTO stream has no descriptor
 */
export function resolveTarget(target: StreamTarget, recordType: RecordFormat | undefined): ResolvedTarget {
  if (recordType !== undefined && recordType !== 'JSON' && recordType !== 'PROTO') {
    throw new ZerobusError('INVALID_OPTIONS', `recordType must be JSON or PROTO, got ${textOf(recordType)}.`);
  }
  if (typeof target !== 'object' || target === null) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      "The table must be { tableName: 'catalog.schema.table' } or a table definition.",
    );
  }
  if (target instanceof TableDefinition) {
    if (recordType === 'JSON') {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        'The rows of a table definition are sent as protobuf: give a table name for recordType JSON, or omit recordType.',
      );
    }
    return { table: target, descriptor: undefined };
  }
  checkNames('tableProperties', target, propertyNames, { descriptor: 'descriptorProto' });
  const { tableName, descriptorProto } = target;
  if (recordType === 'PROTO' && descriptorProto === undefined) {
    throw new ZerobusError(
      'INVALID_OPTIONS',
      'A PROTO stream requires tableProperties.descriptorProto: loadDescriptor reads one from a file.',
    );
  }
  if (recordType === 'JSON' && descriptorProto !== undefined) {
    process.emitWarning('A JSON stream ignores its descriptor.', {
      type: 'ZerobusWarning',
      code: 'DESCRIPTOR_IGNORED',
    });
    return { table: tableName, descriptor: undefined };
  }
  return { table: tableName, descriptor: descriptorProto === undefined ? undefined : descriptorBytes(descriptorProto) };
}

const base64 = /^[\w+/-]+={0,2}$/;

function descriptorBytes(descriptorProto: NonNullable<TableProperties['descriptorProto']>): Uint8Array {
  if (types.isUint8Array(descriptorProto)) {
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
