import { benchHeaders, type StreamSetup } from './benchStream.ts';
import { loadOfficialSdk } from './officialSdk.ts';
import type { PromiseClient } from './promiseClient.ts';

/**
 * How many records it may have in flight: as many as ours by default. Its own default, 10,000, is ten batches, which holds it far below
 * what it can do.
 */
const MAX_INFLIGHT_RECORDS = 1_000_000;

/** Opens a stream of the official SDK's. */
export function openOfficial({ endpoint, job, input }: StreamSetup): Promise<PromiseClient<bigint>> {
  const { ZerobusSdk, RecordType } = loadOfficialSdk();
  const { tableName } = job;
  const { definition } = input;
  const table =
    definition === undefined
      ? { tableName }
      : { tableName, descriptorProto: Buffer.from(definition.descriptor).toString('base64') };
  const recordType = definition === undefined ? RecordType.Json : RecordType.Proto;
  const options = { recordType, maxInflightRequests: MAX_INFLIGHT_RECORDS };
  return new ZerobusSdk(endpoint, endpoint).createStream(table, '', '', options, {
    getHeadersCallback: () => Object.entries(benchHeaders(tableName)),
  });
}
