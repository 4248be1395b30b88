// Runs as a process of its own, because the official SDK is native code. Ingests 10,000 readings into
// `main.iot.<form>_<mode>`. In the mode `halves`, it waits for a line on stdin before the second half.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import protobuf from 'protobufjs';
import 'protobufjs/ext/descriptor/index.js';
import { OFFICIAL_SDK_PACKAGE, RECORD_COUNT } from '../../support/officialSdk.ts';

/** The part of the official SDK that this program uses. */
interface OfficialSdk {
  readonly RecordType: { readonly Json: number; readonly Proto: number };
  readonly ZerobusSdk: new (
    endpoint: string,
    workspaceUrl: string,
  ) => {
    createStream(
      table: { tableName: string; descriptorProto?: string },
      clientId: string,
      clientSecret: string,
      options: { recordType: number },
    ): Promise<OfficialStream>;
  };
}

interface OfficialStream {
  ingestRecordOffset(record: string | Buffer): Promise<bigint>;
  ingestRecordsOffset(records: (string | Buffer)[]): Promise<bigint | null>;
  flush(): Promise<void>;
  close(): Promise<void>;
}

const [endpoint = '', workspaceUrl = '', clientId = '', clientSecret = '', form, mode] = process.argv.slice(2);
const official = createRequire(import.meta.url)(OFFICIAL_SDK_PACKAGE) as OfficialSdk;

const type = protobuf
  .parse(
    'syntax = "proto2"; message Reading { optional string device = 1; required int32 temp = 2; optional int64 at = 3; }',
    {
      keepCase: true,
    },
  )
  .root.lookupType('Reading');
const toDescriptor = (type as unknown as { toDescriptor(edition: string): protobuf.Message }).toDescriptor.bind(type);
const descriptorType = (protobuf as unknown as { descriptor: { DescriptorProto: protobuf.Type } }).descriptor
  .DescriptorProto;
const descriptorProto = Buffer.from(descriptorType.encode(toDescriptor('proto2')).finish()).toString('base64');

const reading = (n: number): { device: string; temp: number; at: number } => ({
  device: `dévice ${n % 7}`,
  temp: n,
  at: 1_700_000_000_000_000 + n,
});
const encode = (n: number): string | Buffer =>
  form === 'json' ? JSON.stringify(reading(n)) : Buffer.from(type.encode(type.fromObject(reading(n))).finish());

const TABLE_NAME = `main.iot.${form}_${mode}`;
const recordType = form === 'json' ? official.RecordType.Json : official.RecordType.Proto;
const table = form === 'json' ? { tableName: TABLE_NAME } : { tableName: TABLE_NAME, descriptorProto };
const stream = await new official.ZerobusSdk(endpoint, workspaceUrl).createStream(table, clientId, clientSecret, {
  recordType,
});
if (mode === 'single') {
  for (let n = 0; n < RECORD_COUNT; n++) {
    await stream.ingestRecordOffset(encode(n));
  }
} else {
  for (let n = 0; n < RECORD_COUNT; n += 1000) {
    if (mode === 'halves' && n === RECORD_COUNT / 2) {
      await stream.flush();
      console.log('half');
      await once(process.stdin, 'data');
      process.stdin.destroy();
    }
    await stream.ingestRecordsOffset(Array.from({ length: 1000 }, (_, index) => encode(n + index)));
  }
}
await stream.flush();
await stream.close();
console.log('done');
