import type { Writable } from 'node:stream';
import { isZerobusError } from '../../lib/errors/zerobusError.ts';
import type { ZerobusWritable } from '../../lib/sinks/zerobusWritable.ts';
import { type ZerobusWritableOptions, zerobusWritable } from '../../operators/zerobusWritable.ts';
import { nextTurn } from './promises.ts';
import { ScriptedService } from './scriptedService.ts';
import { ack, created } from './scriptedTransport.ts';
import { TABLE } from './toZerobusWorld.ts';

/** The record of a number. */
export const record = (n: number): object => ({ n });
/** The record as it is sent. */
export const payload = (n: number): string => `{"n":${n}}`;
/** The numbers from the first to the last. */
export const numbers = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => first + index);

/** A `Writable` and its service. */
export interface Open {
  readonly service: ScriptedService;
  readonly writable: ZerobusWritable;
  /** The events of the stream, in order, and the callbacks of the writes that {@link write} made. */
  readonly log: string[];
  write(...ns: readonly number[]): boolean[];
}

/** Opens a `Writable` whose service has created the stream. */
export async function opened(options: ZerobusWritableOptions = {}): Promise<Open> {
  const service = new ScriptedService();
  const writable = zerobusWritable(TABLE, { recovery: false, ...options, transport: service.transport });
  const log: string[] = [];
  for (const event of ['drain', 'finish', 'close', 'pipe', 'unpipe'] as const) {
    writable.on(event, () => log.push(event));
  }
  writable.on('error', (error) => log.push(`error ${isZerobusError(error) ? error.code : error.message}`));
  writable.on('durable', (offset: number) => log.push(`durable ${offset}`));
  await nextTurn();
  service.send(created());
  return {
    service,
    writable,
    log,
    write: (...ns) =>
      ns.map((n) => writable.write(record(n), (error) => log.push(error ? `failed ${n}` : `written ${n}`))),
  };
}

/** Waits until a stream is closed, with or without an error. */
export const closed = (writable: Writable): Promise<void> => new Promise((resolve) => writable.once('close', resolve));

/** Acknowledges every batch as it comes, until the client has ended its side. */
export async function serve(service: ScriptedService, from = 0): Promise<void> {
  for (let acknowledged = from; !service.seen.some((line) => line.includes('half-close')); ) {
    if (batchesOf(service).length > acknowledged) {
      service.send(ack(acknowledged++));
    }
    await nextTurn();
  }
  service.end();
}

/** The records that a service got, batch by batch. */
export const batchesOf = ({ seen }: ScriptedService): string[] =>
  seen.filter((line) => line.includes('batch')).map((line) => line.replace(/^.*batch \d+: /, ''));
