import { VirtualTimeScheduler } from 'rxjs';
import type { RecordPayload, ZerobusError } from '../../lib/errors/zerobusError.ts';
import type { Submission } from '../../lib/sdk/submissionRejections.ts';
import { type StreamConfigurationOptions, ZerobusSdk } from '../../lib/sdk/zerobusSdk.ts';
import type { ZerobusStream } from '../../lib/sdk/zerobusStream.ts';
import type { Rejection } from '../../lib/stream/rejections.ts';
import { CheckingService } from './checkingService.ts';

/** What the option `rejected` gets. */
export type SdkRejection = Rejection<Submission, RecordPayload | readonly RecordPayload[]>;

/** A stream in virtual time to a service that refuses records with the word `bad`. */
export async function openStream(options: StreamConfigurationOptions): Promise<{
  readonly stream: ZerobusStream;
  readonly service: CheckingService;
  readonly scheduler: VirtualTimeScheduler;
  readonly sdk: ZerobusSdk;
}> {
  const scheduler = new VirtualTimeScheduler(undefined, Number.POSITIVE_INFINITY);
  const service = new CheckingService({ scheduler, refuses: (record) => record.includes('bad') });
  const sdk = new ZerobusSdk('http://127.0.0.1:1', 'http://127.0.0.1:2', { transport: service });
  const creation = sdk.createStream({ tableName: 'main.iot.readings' }, 'client', 'secret', {
    scheduler,
    random: () => 0,
    ...options,
  });
  scheduler.flush();
  return { stream: await creation, service, scheduler, sdk };
}

/** Returns what a promise resolves to, or the code and the offset of its error. */
export const outcomeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    (value) => value,
    (error: ZerobusError) => `${error.code} ${error.offset}`,
  );
