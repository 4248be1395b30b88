import { CreateIngestStreamRequest, EphemeralStreamRequest, RecordType } from '../../proto/messages.ts';
import type { RecordFormat } from './batch.ts';

/** The table and format that a stream is created for. */
export interface CreationTarget {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly format: RecordFormat;
  /** For PROTO streams, one serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet). */
  readonly descriptor?: Uint8Array;
}

/** Creates the first `EphemeralStreamRequest` of a connection. */
export function createRequest(target: CreationTarget): Buffer {
  const create = new CreateIngestStreamRequest();
  create.setTableName(target.tableName);
  create.setRecordType(RecordType[target.format]);
  if (target.format === 'PROTO' && target.descriptor !== undefined) {
    create.setDescriptorProto(target.descriptor);
  }
  const request = new EphemeralStreamRequest();
  request.setCreateStream(create);
  return Buffer.from(request.serializeBinary());
}
