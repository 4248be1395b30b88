import type { BenchStream, StreamSetup } from './benchStream.ts';

/** Opens the stream of a job. Only the measured client is loaded, so that the memory is its own. */
export async function openStream(setup: StreamSetup): Promise<BenchStream> {
  const { subject, driver } = setup.job;
  if (driver === 'frames') {
    const { FloorStream } = await import('./floorStream.ts');
    return new FloorStream(setup);
  }
  if (driver === 'toZerobus' || driver === 'throughZerobus') {
    const { ToZerobusStream } = await import('./toZerobusStream.ts');
    return new ToZerobusStream(setup);
  }
  const { PromiseStream } = await import('./promiseStream.ts');
  if (subject === 'official') {
    const { openOfficial } = await import('./openOfficial.ts');
    return new PromiseStream(await openOfficial(setup), setup);
  }
  const { openOurs } = await import('./openOurs.ts');
  return new PromiseStream(await openOurs(setup), setup);
}
