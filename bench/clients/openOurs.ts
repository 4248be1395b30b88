import { ZerobusSdk } from 'rxjs-zerobus';
import { benchHeaders, type StreamSetup } from './benchStream.ts';
import type { PromiseClient } from './promiseClient.ts';

/** Opens a `ZerobusStream` of this project. */
export async function openOurs({ endpoint, job, input }: StreamSetup): Promise<PromiseClient<number>> {
  const target = input.definition ?? { tableName: job.tableName };
  const stream = await new ZerobusSdk(endpoint, endpoint).createStreamWithHeadersProvider(target, {
    getHeaders: () => benchHeaders(job.tableName),
  });
  return stream as PromiseClient<number>;
}
