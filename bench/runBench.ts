import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchCase, Entry, Scale } from './benchCase.ts';
import { type ClientSetting, clientSample } from './clientSample.ts';
import { officialObstacle } from './clients/officialSdk.ts';
import { writeFlights } from './flightsFile.ts';
import { footprintSample } from './footprintSample.ts';
import { Child } from './process/child.ts';
import { type Row, type Sample, toRow } from './row.ts';

/** A run that has ended, to show progress. */
export interface Progress {
  readonly done: number;
  readonly total: number;
  readonly round: number;
  readonly case: string;
  readonly entry: Entry;
  readonly sample: Sample;
}

/** Parameters of {@link runBench}. */
export interface BenchPlan {
  readonly cases: readonly BenchCase[];
  readonly scale: Scale;
  readonly rounds: number;
  /** Ends everything at once. No process and no file is left. */
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** An entry and its samples so far. */
interface Series {
  readonly case: string;
  readonly entry: Entry;
  readonly note?: string;
  readonly samples: Sample[];
}

/**
 * Runs the cases, round after round. In each round the subjects take turns, so that other load on the machine affects
 * all of them.
 *
 * @throws Error if a run fails or loses records
 */
export async function runBench({ cases, scale, rounds, signal, onProgress }: BenchPlan): Promise<readonly Row[]> {
  const obstacle = officialObstacle();
  const all = cases.flatMap(({ name, entries }) =>
    entries.map((entry): Series => {
      const series = { case: name, entry, samples: [] };
      return entry.subject === 'official' && obstacle !== undefined ? { ...series, note: obstacle } : series;
    }),
  );
  const runnable = all.filter(({ note }) => note === undefined);
  const total = runnable.length * rounds;
  let done = 0;
  await inSetting(scale, signal, async (setting) => {
    for (let round = 1; round <= rounds; round++) {
      for (const { case: name, entry, samples } of runnable) {
        const sample = await sampleOf(name, entry, setting);
        samples.push(sample);
        onProgress({ done: ++done, total, round, case: name, entry, sample });
      }
    }
  });
  return all.map(({ case: name, entry, samples, note }) =>
    toRow({ case: name, subject: entry.subject, api: entry.api }, samples, note),
  );
}

async function sampleOf(name: string, { subject, api, run }: Entry, setting: ClientSetting): Promise<Sample> {
  try {
    return await (run.kind === 'client' ? clientSample(run, setting) : footprintSample(subject, setting.signal));
  } catch (cause) {
    setting.signal.throwIfAborted();
    throw new Error(`${name}, ${subject}, ${api}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/** Starts what all runs need, and removes it afterwards. */
async function inSetting(
  scale: Scale,
  signal: AbortSignal,
  act: (setting: ClientSetting) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'zerobus-bench-'));
  try {
    const flightsFile = await writeFlights(folder, scale.flights);
    const sink = new Child('sink/main.js', {}, signal);
    try {
      const { endpoint } = await sink.nextMessage<{ endpoint: string }>();
      const { flushIntervalMs } = scale;
      await act({ surroundings: { endpoint, flightsFile }, folder, flushIntervalMs, signal });
    } finally {
      await sink[Symbol.asyncDispose]();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
