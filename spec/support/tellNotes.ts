import { Report } from './report.ts';
import type { SpecNote } from './specNote.ts';

/**
 * Where this process tells its notes: to the process that has started it and prints one report for several, or, if
 * nothing listens, into a report of its own.
 */
export function tellNotes(): (note: SpecNote) => Promise<void> | void {
  return process.send === undefined ? tellReport() : tellParent;
}

function tellParent(note: SpecNote): Promise<void> {
  return new Promise((resolve) => process.send?.(note, undefined, undefined, () => resolve()));
}

/** The process exits with a code other than 0 if anything failed, or if nothing ran. */
function tellReport(): (note: SpecNote) => void {
  const report = new Report();
  let where: string | undefined;
  let hasEnded = false;

  // Load errors and calls of `process.exit` in a spec end a run without a notification from jasmine.
  process.once('exit', (code) => {
    if (!hasEnded) {
      report.fail(`the run ended before its end${where === undefined ? '' : `, in: ${where}`}`);
      report.end();
    }
    if (code === 0 && report.failed > 0) {
      process.exitCode = 1;
    }
  });

  return (note) => {
    report.add(note);
    if (note.kind === 'running') {
      where = note.where;
    } else if (note.kind === 'ended') {
      hasEnded = true;
      report.end();
    }
  };
}
