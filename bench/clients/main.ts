// One run of one client, as a process of its own, so that its memory and its CPU are nobody else's.
import { meanBytes } from '../inputs/input.ts';
import { loadInput } from '../inputs/loadInput.ts';
import type { Job, Measurement, Surroundings } from '../job.ts';
import { endWithParent, tellParent } from '../process/parent.ts';
import type { BenchStream } from './benchStream.ts';
import { Meter } from './meter.ts';
import { openStream } from './openStream.ts';

endWithParent();
const { job, surroundings } = JSON.parse(process.argv[2] ?? '{}') as { job: Job; surroundings: Surroundings };
await tellParent(await measure(job, surroundings));
// What a client leaves running must not hold up the benchmark.
process.exit();

async function measure(job: Job, { endpoint, flightsFile }: Surroundings): Promise<Measurement> {
  const input = await loadInput(job.input, flightsFile);
  const meter = new Meter();
  const streams = await Promise.all(
    Array.from({ length: job.streams }, () => openStream({ job, input, meter, endpoint })),
  );
  const warmUpRecords = total(await Promise.all(streams.map((stream) => warmUp(stream, job.warmUpMs))));
  meter.start();
  const records = total(await Promise.all(streams.map((stream) => stream.ingest())));
  const measurement = meter.stop(records, meanBytes(input));
  await Promise.all(streams.map((stream) => stream.close()));
  return { ...measurement, warmUpRecords };
}

/** @returns how many records were sent */
async function warmUp(stream: BenchStream, warmUpMs: number): Promise<number> {
  const deadline = performance.now() + warmUpMs;
  let records = await stream.warmUp();
  while (performance.now() < deadline) records += await stream.warmUp();
  return records;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
