import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ClientRun } from './benchCase.ts';
import type { Measurement, Surroundings } from './job.ts';
import { Child } from './process/child.ts';
import type { Sample } from './row.ts';
import type { LocalServerAddress, LocalServerOptions, TableAnswer, TableQuestion } from './server/messages.ts';

/** The setting that all runs of clients share. */
export interface ClientSetting {
  /** The address of the sink, and the file of the flights. */
  readonly surroundings: Surroundings;
  /** A folder for temporary files, which the caller removes. */
  readonly folder: string;
  /** The flush interval of zerobus-local in ms. */
  readonly flushIntervalMs: number;
  /** Ends everything. */
  readonly signal: AbortSignal;
}

/** How much longer a client may take than its measuring: for startup, warm-up and the last acks. */
const PATIENCE_MS = 60_000;

/** Runs one client, against the sink or against a zerobus-local of its own. */
export async function clientSample(run: ClientRun, setting: ClientSetting): Promise<Sample> {
  if (run.server === 'sink') {
    return toSample(run, await measure(run, setting, setting.surroundings));
  }
  const dataDir = await mkdtemp(join(setting.folder, 'local-'));
  const options: LocalServerOptions = { dataDir, flushIntervalMs: setting.flushIntervalMs };
  const server = new Child('server/main.js', options, setting.signal);
  try {
    const { endpoint, workspaceUrl } = await server.nextMessage<LocalServerAddress>();
    const page = run.hasPage ? await openPage(workspaceUrl) : undefined;
    const measurement = await measure(run, setting, { ...setting.surroundings, endpoint });
    page?.abort();
    const question: TableQuestion = { tableName: run.job.tableName, isPatient: run.isReadBack };
    server.send(question);
    const answer = await server.nextMessage<TableAnswer>();
    checkRows(run, measurement, answer);
    const sample = toSample(run, measurement);
    return run.isReadBack ? { ...sample, rowsVisibleMs: answer.atMs - measurement.endedAtMs } : sample;
  } finally {
    await server[Symbol.asyncDispose]();
    await rm(dataDir, { recursive: true, force: true });
  }
}

/** Takes the events that a live page takes, until it is aborted. */
async function openPage(workspaceUrl: string): Promise<AbortController> {
  const page = new AbortController();
  const { body } = await fetch(`${workspaceUrl}/api/local/events`, { signal: page.signal });
  void body?.pipeTo(new WritableStream()).catch(() => undefined);
  return page;
}

async function measure(run: ClientRun, { signal }: ClientSetting, surroundings: Surroundings): Promise<Measurement> {
  const client = new Child('clients/main.js', { job: run.job, surroundings }, signal);
  try {
    const measurement = await client.nextMessage<Measurement>(run.job.measureMs + PATIENCE_MS);
    await client.ended();
    return measurement;
  } finally {
    await client[Symbol.asyncDispose]();
  }
}

/**
 * Checks that no record was lost, because a fast client that loses records would be useless.
 *
 * @throws Error if not every record became a row
 */
function checkRows({ job, isReadBack }: ClientRun, { warmUpRecords, records }: Measurement, answer: TableAnswer): void {
  const sent = warmUpRecords + records;
  const found = isReadBack ? answer.tableRows : answer.acceptedRows;
  if (found !== sent) {
    throw new Error(`${job.subject} sent ${sent} records to ${job.tableName}, but ${found} arrived.`);
  }
}

function toSample({ hasAckTimes, isSoak }: ClientRun, measurement: Measurement): Sample {
  const { records, bytes, seconds, cpuMicros, peakRssMb, rssGrowthMb, rssDriftMb, ackP50Ms, ackP99Ms } = measurement;
  return {
    recordsPerSecond: records / seconds,
    mbPerSecond: bytes / seconds / 1e6,
    cpuMicrosPerRecord: cpuMicros / records,
    peakRssMb,
    rssGrowthMb,
    ...(isSoak && rssDriftMb !== null ? { rssDriftMb } : {}),
    ...(hasAckTimes ? { ackP50Ms, ackP99Ms } : {}),
  };
}
