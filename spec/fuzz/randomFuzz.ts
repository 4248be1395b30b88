import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { keepInput } from './corpus.ts';
import type { FuzzResult } from './fuzzResult.ts';
import type { ProgressLine } from './progressLine.ts';
import type { RandomTask } from './randomWorker.ts';
import { SharedInput } from './sharedInput.ts';

/** An input that takes longer is a hang. No input has more than 100 KB. */
const HANG_MS = 30_000;
/** What a target may hold at most. The worker ends beyond it. */
const MAX_HEAP_MEBIBYTES = 512;
/** The message with which a worker says that it is over. The others are findings. */
const OVER = 'over';

/**
 * Fuzzes a target with inputs that fast-check draws, until the first finding. It runs in a worker, so a hang and a full
 * heap are findings too.
 */
export async function randomFuzz(name: string, minutes: number, seed: number, line: ProgressLine): Promise<FuzzResult> {
  const shared = new SharedInput();
  const workerData: RandomTask = { name, seed, minutes, shared: shared.memory };
  const worker = new Worker(new URL('./randomWorker.js', import.meta.url), {
    workerData,
    resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MEBIBYTES },
  });
  const findings: string[] = [];
  let isOver = false;
  worker.on('message', (text: string) => {
    if (text !== OVER) {
      findings.push(text);
      return;
    }
    isOver = true;
    worker.unref();
  });
  worker.on('error', (error) => findings.push(kept(String(error))));
  worker.on('exit', () => {
    isOver = true;
  });
  const kept = (problem: string): string => {
    const input = shared.input;
    return input === undefined ? problem : `${problem} ${keepInput(name, input)}`;
  };
  let count = -1;
  let countedAt = Date.now();
  while (!isOver) {
    await delay(200);
    if (shared.count !== count) {
      count = shared.count;
      countedAt = Date.now();
    } else if (count > 0 && Date.now() - countedAt > HANG_MS) {
      findings.push(kept(`${name} hangs.`));
      await worker.terminate();
    }
    line.show({ inputCount: Math.max(count, 0), findings });
  }
  return { inputCount: shared.count, findings };
}
