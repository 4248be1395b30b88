import { benchHeaders, type StreamSetup } from './benchStream.ts';
import { loadOfficialSdk } from './officialSdk.ts';
import type { PromiseClient } from './promiseClient.ts';

/**
 * Opens a stream of the official SDK with its default options: 1,000,000 requests in flight, regardless of their size.
 */
export function openOfficial({ endpoint, job, input }: StreamSetup): Promise<PromiseClient<bigint>> {
  const { ZerobusSdk, RecordType } = loadOfficialSdk();
  const { tableName } = job;
  const { definition } = input;
  const table =
    definition === undefined
      ? { tableName }
      : { tableName, descriptorProto: Buffer.from(definition.descriptor).toString('base64') };
  const recordType = definition === undefined ? RecordType.Json : RecordType.Proto;
  return new ZerobusSdk(endpoint, endpoint).createStream(
    table,
    '',
    '',
    { recordType },
    {
      getHeadersCallback: () => Object.entries(benchHeaders(tableName)),
    },
  );
}
