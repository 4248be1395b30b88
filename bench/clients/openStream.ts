import type { BenchStream, StreamSetup } from './benchStream.ts';
import { FloorStream } from './floorStream.ts';
import { openOfficial } from './openOfficial.ts';
import { openOurs } from './openOurs.ts';
import { PromiseStream } from './promiseStream.ts';
import { ToZerobusStream } from './toZerobusStream.ts';

/** Opens a stream as the job says. */
export async function openStream(setup: StreamSetup): Promise<BenchStream> {
  const { subject, driver } = setup.job;
  if (driver === 'frames') return new FloorStream(setup);
  if (driver === 'toZerobus') return new ToZerobusStream(setup);
  if (subject === 'official') return new PromiseStream(await openOfficial(setup), setup);
  return new PromiseStream(await openOurs(setup), setup);
}
