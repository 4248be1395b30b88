import { mkdir, watch } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { KillMoment, KillPlan } from '../plan.ts';

/** How a moment shows on the disk: a file with such a name changes in a folder. */
interface Trace {
  readonly folder: readonly string[];
  readonly name: RegExp;
  /** How long the moment lasts at most, in ms. */
  readonly spanMs: number;
}

const traces: Readonly<Record<Exclude<KillMoment, 'start' | 'load'>, Trace>> = {
  flush: { folder: ['tables'], name: /\.parquet$/, spanMs: 20 },
  commit: { folder: ['tables', '_delta_log'], name: /^\.\d{20}\.json\..*tmp$/, spanMs: 3 },
  committed: { folder: ['tables', '_delta_log'], name: /^\d{20}\.json$/, spanMs: 6 },
  checkpoint: { folder: ['tables', '_delta_log'], name: /checkpoint.*tmp/, spanMs: 20 },
  compaction: { folder: ['compaction'], name: /\.ndjson$/, spanMs: 100 },
};

/** The longest life of a server that takes rows, in ms. A moment that does not come by then is missed. */
const LONGEST_LIFE_MS = 2000;
/** The same for the moment `load`, which is any. */
const LOAD_MS = 500;

/** Resolves when a server that listens is to be killed, or when the signal aborts. */
export async function momentOf(dataDir: string, { moment, table, at }: KillPlan, signal: AbortSignal): Promise<void> {
  let waitMs = at * LOAD_MS;
  if (moment !== 'start' && moment !== 'load') {
    const { folder, name, spanMs } = traces[moment];
    const [root = '', ...rest] = folder;
    await seen(join(dataDir, root, 'main', 'chaos', table, ...rest), name, signal);
    waitMs = at * spanMs;
  }
  // A timer waits for a millisecond at least, and the moment may be over then.
  if (waitMs >= 1) {
    await wait(waitMs, undefined, { signal }).catch(() => undefined);
  }
}

async function seen(folder: string, name: RegExp, signal: AbortSignal): Promise<void> {
  await mkdir(folder, { recursive: true });
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_LIFE_MS)]);
    for await (const { filename } of watch(folder, { signal: patience })) {
      if (name.test(filename ?? '')) {
        return;
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) {
      throw error;
    }
  }
}
