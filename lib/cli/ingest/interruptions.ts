import { fromEvent, map, merge, type Observable } from 'rxjs';

/** The signals that end a run, and the exit codes that shells use for them. */
const exitCodes = { SIGINT: 130, SIGTERM: 143 } as const;

/** Emits the exit code of each signal that asks the process to end. The process does not end by itself meanwhile. */
export function interruptions(): Observable<number> {
  return merge(
    ...(['SIGINT', 'SIGTERM'] as const).map((signal) => fromEvent(process, signal).pipe(map(() => exitCodes[signal]))),
  );
}
