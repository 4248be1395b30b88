import { CreateIngestStreamRequest, EphemeralStreamRequest, RecordType } from '../../proto/messages.ts';
import type { RecordFormat } from './batch.ts';

/** What a stream is created for. */
export interface CreationTarget {
  /** `catalog.schema.table` */
  readonly tableName: string;
  readonly format: RecordFormat;
  /** One serialized `google.protobuf.DescriptorProto` (not a FileDescriptorSet), for PROTO streams. */
  readonly descriptor?: Uint8Array;
}

/** The first `EphemeralStreamRequest` of a connection. */
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
