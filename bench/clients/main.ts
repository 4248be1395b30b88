// Runs one client in a process of its own, so that memory and CPU are those of the client alone.
import { meanBytes } from '../inputs/input.ts';
import { loadInput } from '../inputs/loadInput.ts';
import type { Job, Measurement, Surroundings } from '../job.ts';
import { endWithParent, sendToParent } from '../process/parent.ts';
import { Meter } from './meter.ts';
import { openStream } from './openStream.ts';

endWithParent();
const { job, surroundings } = JSON.parse(process.argv[2] ?? '{}') as { job: Job; surroundings: Surroundings };
await sendToParent(await measure(job, surroundings));
// Anything that a client leaves running must not hold up the benchmark.
process.exit();

async function measure(job: Job, { endpoint, flightsFile }: Surroundings): Promise<Measurement> {
  const input = await loadInput(job.input, flightsFile);
  if (job.telemetry !== undefined) {
    const { reportTelemetry } = await import('./reportTelemetry.ts');
    reportTelemetry(job.telemetry);
  }
  const meter = new Meter();
  const streams = await Promise.all(
    Array.from({ length: job.streams }, () => openStream({ job, input, meter, endpoint })),
  );
  await Promise.all(streams.map((stream) => stream.warmUp()));
  meter.start();
  const records = total(await Promise.all(streams.map((stream) => stream.ingest())));
  const measurement = meter.stop(records, meanBytes(input));
  await Promise.all(streams.map((stream) => stream.close()));
  return { ...measurement, warmUpRecords: total(streams.map((stream) => stream.warmUpRecords)) };
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
