// package: databricks.zerobus
// file: zerobus_service.proto

import * as jspb from "google-protobuf";
import * as google_protobuf_duration_pb from "google-protobuf/google/protobuf/duration_pb.js";

export class CreateIngestStreamRequest extends jspb.Message {
  hasTableName(): boolean;
  clearTableName(): void;
  getTableName(): string | undefined;
  setTableName(value: string): void;

  hasDescriptorProto(): boolean;
  clearDescriptorProto(): void;
  getDescriptorProto(): Uint8Array | string;
  getDescriptorProto_asU8(): Uint8Array;
  getDescriptorProto_asB64(): string;
  setDescriptorProto(value: Uint8Array | string): void;

  hasRecordType(): boolean;
  clearRecordType(): void;
  getRecordType(): RecordTypeMap[keyof RecordTypeMap] | undefined;
  setRecordType(value: RecordTypeMap[keyof RecordTypeMap]): void;

  hasAvroSchemaJson(): boolean;
  clearAvroSchemaJson(): void;
  getAvroSchemaJson(): string | undefined;
  setAvroSchemaJson(value: string): void;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): CreateIngestStreamRequest.AsObject;
  static toObject(includeInstance: boolean, msg: CreateIngestStreamRequest): CreateIngestStreamRequest.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: CreateIngestStreamRequest, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): CreateIngestStreamRequest;
  static deserializeBinaryFromReader(message: CreateIngestStreamRequest, reader: jspb.BinaryReader): CreateIngestStreamRequest;
}

export namespace CreateIngestStreamRequest {
  export type AsObject = {
    tableName?: string,
    descriptorProto: Uint8Array | string,
    recordType?: RecordTypeMap[keyof RecordTypeMap],
    avroSchemaJson?: string,
  }
}

export class CreateIngestStreamResponse extends jspb.Message {
  hasStreamId(): boolean;
  clearStreamId(): void;
  getStreamId(): string | undefined;
  setStreamId(value: string): void;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): CreateIngestStreamResponse.AsObject;
  static toObject(includeInstance: boolean, msg: CreateIngestStreamResponse): CreateIngestStreamResponse.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: CreateIngestStreamResponse, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): CreateIngestStreamResponse;
  static deserializeBinaryFromReader(message: CreateIngestStreamResponse, reader: jspb.BinaryReader): CreateIngestStreamResponse;
}

export namespace CreateIngestStreamResponse {
  export type AsObject = {
    streamId?: string,
  }
}

export class IngestRecordRequest extends jspb.Message {
  hasOffsetId(): boolean;
  clearOffsetId(): void;
  getOffsetId(): number | undefined;
  setOffsetId(value: number): void;

  hasProtoEncodedRecord(): boolean;
  clearProtoEncodedRecord(): void;
  getProtoEncodedRecord(): Uint8Array | string;
  getProtoEncodedRecord_asU8(): Uint8Array;
  getProtoEncodedRecord_asB64(): string;
  setProtoEncodedRecord(value: Uint8Array | string): void;

  hasJsonRecord(): boolean;
  clearJsonRecord(): void;
  getJsonRecord(): string | undefined;
  setJsonRecord(value: string): void;

  hasAvroEncodedRecord(): boolean;
  clearAvroEncodedRecord(): void;
  getAvroEncodedRecord(): Uint8Array | string;
  getAvroEncodedRecord_asU8(): Uint8Array;
  getAvroEncodedRecord_asB64(): string;
  setAvroEncodedRecord(value: Uint8Array | string): void;

  getRecordCase(): IngestRecordRequest.RecordCase;
  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): IngestRecordRequest.AsObject;
  static toObject(includeInstance: boolean, msg: IngestRecordRequest): IngestRecordRequest.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: IngestRecordRequest, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): IngestRecordRequest;
  static deserializeBinaryFromReader(message: IngestRecordRequest, reader: jspb.BinaryReader): IngestRecordRequest;
}

export namespace IngestRecordRequest {
  export type AsObject = {
    offsetId?: number,
    protoEncodedRecord: Uint8Array | string,
    jsonRecord?: string,
    avroEncodedRecord: Uint8Array | string,
  }

  export enum RecordCase {
    RECORD_NOT_SET = 0,
    PROTO_ENCODED_RECORD = 2,
    JSON_RECORD = 3,
    AVRO_ENCODED_RECORD = 4,
  }
}

export class IngestRecordBatchRequest extends jspb.Message {
  hasOffsetId(): boolean;
  clearOffsetId(): void;
  getOffsetId(): number | undefined;
  setOffsetId(value: number): void;

  hasProtoEncodedBatch(): boolean;
  clearProtoEncodedBatch(): void;
  getProtoEncodedBatch(): ProtoEncodedRecordBatch | undefined;
  setProtoEncodedBatch(value?: ProtoEncodedRecordBatch): void;

  hasJsonBatch(): boolean;
  clearJsonBatch(): void;
  getJsonBatch(): JsonRecordBatch | undefined;
  setJsonBatch(value?: JsonRecordBatch): void;

  hasAvroBatch(): boolean;
  clearAvroBatch(): void;
  getAvroBatch(): AvroRecordBatch | undefined;
  setAvroBatch(value?: AvroRecordBatch): void;

  getBatchCase(): IngestRecordBatchRequest.BatchCase;
  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): IngestRecordBatchRequest.AsObject;
  static toObject(includeInstance: boolean, msg: IngestRecordBatchRequest): IngestRecordBatchRequest.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: IngestRecordBatchRequest, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): IngestRecordBatchRequest;
  static deserializeBinaryFromReader(message: IngestRecordBatchRequest, reader: jspb.BinaryReader): IngestRecordBatchRequest;
}

export namespace IngestRecordBatchRequest {
  export type AsObject = {
    offsetId?: number,
    protoEncodedBatch?: ProtoEncodedRecordBatch.AsObject,
    jsonBatch?: JsonRecordBatch.AsObject,
    avroBatch?: AvroRecordBatch.AsObject,
  }

  export enum BatchCase {
    BATCH_NOT_SET = 0,
    PROTO_ENCODED_BATCH = 2,
    JSON_BATCH = 3,
    AVRO_BATCH = 4,
  }
}

export class ProtoEncodedRecordBatch extends jspb.Message {
  clearRecordsList(): void;
  getRecordsList(): Array<Uint8Array | string>;
  getRecordsList_asU8(): Array<Uint8Array>;
  getRecordsList_asB64(): Array<string>;
  setRecordsList(value: Array<Uint8Array | string>): void;
  addRecords(value: Uint8Array | string, index?: number): Uint8Array | string;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): ProtoEncodedRecordBatch.AsObject;
  static toObject(includeInstance: boolean, msg: ProtoEncodedRecordBatch): ProtoEncodedRecordBatch.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: ProtoEncodedRecordBatch, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): ProtoEncodedRecordBatch;
  static deserializeBinaryFromReader(message: ProtoEncodedRecordBatch, reader: jspb.BinaryReader): ProtoEncodedRecordBatch;
}

export namespace ProtoEncodedRecordBatch {
  export type AsObject = {
    recordsList: Array<Uint8Array | string>,
  }
}

export class JsonRecordBatch extends jspb.Message {
  clearRecordsList(): void;
  getRecordsList(): Array<string>;
  setRecordsList(value: Array<string>): void;
  addRecords(value: string, index?: number): string;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): JsonRecordBatch.AsObject;
  static toObject(includeInstance: boolean, msg: JsonRecordBatch): JsonRecordBatch.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: JsonRecordBatch, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): JsonRecordBatch;
  static deserializeBinaryFromReader(message: JsonRecordBatch, reader: jspb.BinaryReader): JsonRecordBatch;
}

export namespace JsonRecordBatch {
  export type AsObject = {
    recordsList: Array<string>,
  }
}

export class AvroRecordBatch extends jspb.Message {
  clearRecordsList(): void;
  getRecordsList(): Array<Uint8Array | string>;
  getRecordsList_asU8(): Array<Uint8Array>;
  getRecordsList_asB64(): Array<string>;
  setRecordsList(value: Array<Uint8Array | string>): void;
  addRecords(value: Uint8Array | string, index?: number): Uint8Array | string;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): AvroRecordBatch.AsObject;
  static toObject(includeInstance: boolean, msg: AvroRecordBatch): AvroRecordBatch.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: AvroRecordBatch, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): AvroRecordBatch;
  static deserializeBinaryFromReader(message: AvroRecordBatch, reader: jspb.BinaryReader): AvroRecordBatch;
}

export namespace AvroRecordBatch {
  export type AsObject = {
    recordsList: Array<Uint8Array | string>,
  }
}

export class IngestRecordResponse extends jspb.Message {
  hasDurabilityAckUpToOffset(): boolean;
  clearDurabilityAckUpToOffset(): void;
  getDurabilityAckUpToOffset(): number | undefined;
  setDurabilityAckUpToOffset(value: number): void;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): IngestRecordResponse.AsObject;
  static toObject(includeInstance: boolean, msg: IngestRecordResponse): IngestRecordResponse.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: IngestRecordResponse, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): IngestRecordResponse;
  static deserializeBinaryFromReader(message: IngestRecordResponse, reader: jspb.BinaryReader): IngestRecordResponse;
}

export namespace IngestRecordResponse {
  export type AsObject = {
    durabilityAckUpToOffset?: number,
  }
}

export class CloseStreamSignal extends jspb.Message {
  hasDuration(): boolean;
  clearDuration(): void;
  getDuration(): google_protobuf_duration_pb.Duration | undefined;
  setDuration(value?: google_protobuf_duration_pb.Duration): void;

  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): CloseStreamSignal.AsObject;
  static toObject(includeInstance: boolean, msg: CloseStreamSignal): CloseStreamSignal.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: CloseStreamSignal, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): CloseStreamSignal;
  static deserializeBinaryFromReader(message: CloseStreamSignal, reader: jspb.BinaryReader): CloseStreamSignal;
}

export namespace CloseStreamSignal {
  export type AsObject = {
    duration?: google_protobuf_duration_pb.Duration.AsObject,
  }
}

export class EphemeralStreamRequest extends jspb.Message {
  hasCreateStream(): boolean;
  clearCreateStream(): void;
  getCreateStream(): CreateIngestStreamRequest | undefined;
  setCreateStream(value?: CreateIngestStreamRequest): void;

  hasIngestRecord(): boolean;
  clearIngestRecord(): void;
  getIngestRecord(): IngestRecordRequest | undefined;
  setIngestRecord(value?: IngestRecordRequest): void;

  hasIngestRecordBatch(): boolean;
  clearIngestRecordBatch(): void;
  getIngestRecordBatch(): IngestRecordBatchRequest | undefined;
  setIngestRecordBatch(value?: IngestRecordBatchRequest): void;

  getPayloadCase(): EphemeralStreamRequest.PayloadCase;
  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): EphemeralStreamRequest.AsObject;
  static toObject(includeInstance: boolean, msg: EphemeralStreamRequest): EphemeralStreamRequest.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: EphemeralStreamRequest, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): EphemeralStreamRequest;
  static deserializeBinaryFromReader(message: EphemeralStreamRequest, reader: jspb.BinaryReader): EphemeralStreamRequest;
}

export namespace EphemeralStreamRequest {
  export type AsObject = {
    createStream?: CreateIngestStreamRequest.AsObject,
    ingestRecord?: IngestRecordRequest.AsObject,
    ingestRecordBatch?: IngestRecordBatchRequest.AsObject,
  }

  export enum PayloadCase {
    PAYLOAD_NOT_SET = 0,
    CREATE_STREAM = 1,
    INGEST_RECORD = 2,
    INGEST_RECORD_BATCH = 3,
  }
}

export class EphemeralStreamResponse extends jspb.Message {
  hasCreateStreamResponse(): boolean;
  clearCreateStreamResponse(): void;
  getCreateStreamResponse(): CreateIngestStreamResponse | undefined;
  setCreateStreamResponse(value?: CreateIngestStreamResponse): void;

  hasIngestRecordResponse(): boolean;
  clearIngestRecordResponse(): void;
  getIngestRecordResponse(): IngestRecordResponse | undefined;
  setIngestRecordResponse(value?: IngestRecordResponse): void;

  hasCloseStreamSignal(): boolean;
  clearCloseStreamSignal(): void;
  getCloseStreamSignal(): CloseStreamSignal | undefined;
  setCloseStreamSignal(value?: CloseStreamSignal): void;

  getPayloadCase(): EphemeralStreamResponse.PayloadCase;
  serializeBinary(): Uint8Array;
  toObject(includeInstance?: boolean): EphemeralStreamResponse.AsObject;
  static toObject(includeInstance: boolean, msg: EphemeralStreamResponse): EphemeralStreamResponse.AsObject;
  static extensions: {[key: number]: jspb.ExtensionFieldInfo<jspb.Message>};
  static extensionsBinary: {[key: number]: jspb.ExtensionFieldBinaryInfo<jspb.Message>};
  static serializeBinaryToWriter(message: EphemeralStreamResponse, writer: jspb.BinaryWriter): void;
  static deserializeBinary(bytes: Uint8Array): EphemeralStreamResponse;
  static deserializeBinaryFromReader(message: EphemeralStreamResponse, reader: jspb.BinaryReader): EphemeralStreamResponse;
}

export namespace EphemeralStreamResponse {
  export type AsObject = {
    createStreamResponse?: CreateIngestStreamResponse.AsObject,
    ingestRecordResponse?: IngestRecordResponse.AsObject,
    closeStreamSignal?: CloseStreamSignal.AsObject,
  }

  export enum PayloadCase {
    PAYLOAD_NOT_SET = 0,
    CREATE_STREAM_RESPONSE = 1,
    INGEST_RECORD_RESPONSE = 2,
    CLOSE_STREAM_SIGNAL = 3,
  }
}

export interface RecordTypeMap {
  RECORD_TYPE_UNSPECIFIED: 0;
  PROTO: 1;
  JSON: 2;
  AVRO: 4;
}

export const RecordType: RecordTypeMap;

