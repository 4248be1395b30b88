import { fork } from 'node:child_process';
import { Report } from './report.ts';
import type { SpecNote } from './specNote.ts';

/** What {@link runBatches} runs. */
export interface Batches {
  /** The script that runs spec files, such as jasmine's. Its reporter tells notes to the process that started it. */
  readonly script: string;
  /** Options before the files. */
  readonly options: readonly string[];
  /** The files of each process, in the order in which the processes start. */
  readonly batches: readonly (readonly string[])[];
  /** The number of processes at a time. */
  readonly jobs: number;
}

/**
 * Runs each batch of spec files in a process of its own, some at a time, and prints one report.
 *
 * Jasmine's own parallel mode can do less: it takes no seed, its workers are those of `node:cluster`, which get each
 * other's port when they listen on port 0, and one that crashes ends the run.
 *
 * @returns Whether all is well: every process has ended as it should, specs ran, and none of them failed.
 */
export async function runBatches({ script, options, batches, jobs }: Batches): Promise<boolean> {
  const report = new Report();
  const waiting = [...batches];

  const work = async (): Promise<void> => {
    for (let files = waiting.shift(); files !== undefined; files = waiting.shift()) {
      await runBatch(script, [...options, ...files], files, report);
    }
  };
  await Promise.all(Array.from({ length: jobs }, work));
  report.end();
  return report.failed === 0;
}

function runBatch(script: string, args: readonly string[], files: readonly string[], report: Report): Promise<void> {
  const among = `one of the files of its process:\n  ${files.join('\n  ')}`;
  let where: string | undefined;
  let hasEnded = false;
  let hasFailed = false;

  return new Promise((resolve, reject) => {
    const child = fork(script, args);
    child.on('message', (note: SpecNote) => {
      if (note.kind === 'running') {
        where = note.where;
      } else if (note.kind === 'ended') {
        hasEnded = true;
      } else if (note.kind === 'failed' || note.kind === 'incomplete') {
        hasFailed = true;
      }
      report.add(note.kind === 'incomplete' ? { ...note, reason: `${note.reason}, in ${among}` } : note);
    });
    child.once('error', reject);
    // The channel of the notes is empty by then.
    child.once('close', (code, signal) => {
      if (!hasEnded) {
        report.fail(`a process ended before its end (${signal ?? `exit code ${code}`}), in ${where ?? among}`);
      } else if (code !== 0 && !hasFailed) {
        report.fail(`a process failed (${signal ?? `exit code ${code}`}) without a failed spec, in ${among}`);
      }
      resolve();
    });
  });
}
