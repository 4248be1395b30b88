import { lastValueFrom, Subject, takeUntil } from 'rxjs';
import type { UntypedRow } from '../../table/rowOf.ts';
import type { TableDefinition } from '../../table/tableDefinition.ts';
import type { CommandContext } from '../command/commandContext.ts';
import { REJECTED, SUCCESS } from '../command/exitCodes.ts';
import type { InputReader, OpenedInput } from '../reading/inputReader.ts';
import { Brake } from './brake.ts';
import { Checkpoints } from './checkpoints.ts';
import { ingestRecords } from './ingestRecords.ts';
import { interruptions } from './interruptions.ts';
import { locatedError, locationOf } from './locate.ts';
import { Places } from './places.ts';
import type { RunProgress } from './progressText.ts';
import { reportRetries } from './reportRetries.ts';
import type { IngestSettings } from './settings.ts';
import { showProgress } from './showProgress.ts';
import { summaryText } from './summaryText.ts';
import type { Tally } from './tally.ts';
import { totalBytes } from './totalBytes.ts';

/** What is written into which table. */
export interface IngestParts {
  readonly settings: IngestSettings;
  readonly definition: TableDefinition<UntypedRow>;
  readonly inputs: readonly OpenedInput[];
  readonly reader: InputReader;
}

/**
 * Writes the inputs, and shows the progress.
 *
 * The first signal ends reading, and what was read becomes durable. The second one ends everything at once.
 *
 * @returns the exit code
 * @throws `Error` that says where it has failed
 */
export async function runIngest(parts: IngestParts, context: CommandContext): Promise<number> {
  const { settings, inputs, reader } = parts;
  const { print } = context;
  const startedAt = performance.now();
  const tally: Tally = { read: 0, settled: 0, released: 0, rejected: 0 };
  const places = new Places(settings.window + 1);
  const located = { ...parts, places };
  const brake = new Brake();
  const stop$ = new Subject<void>();
  /** Ends everything at once. */
  const end$ = new Subject<void>();
  let exitCode: number | undefined;
  let hasEnded = false;

  const release = (count: number): void => {
    tally.released = count;
    brake.set('window', tally.read - count >= settings.window);
  };
  const checkpoints = settings.resume
    ? new Checkpoints({
        inputs,
        table: settings.table,
        onWritten: release,
        onFailure: (error) => end$.error(error),
      })
    : undefined;
  const onSettled = (): void => {
    const place = places.at(tally.settled - 1);
    if (checkpoints === undefined) {
      release(tally.settled);
    } else if (place !== undefined) {
      checkpoints.update({ count: tally.settled, place });
    }
  };
  const onSignal = (code: number): void => {
    hasEnded = exitCode !== undefined;
    exitCode ??= code;
    if (hasEnded) {
      end$.next();
    } else {
      shown.printError('Reading has ended. What was read becomes durable. Press Ctrl-C again to end at once.');
      stop$.next();
    }
  };
  const progress = (): RunProgress => ({
    ...tally,
    outcome: 'durable',
    ...totalBytes(inputs),
    bytesRead: reader.bytesRead,
    elapsedMs: performance.now() - startedAt,
  });

  await checkpoints?.start();
  const shown = showProgress(context, progress);
  shown.subscription.add(interruptions().subscribe(onSignal));
  try {
    const written$ = ingestRecords({
      ...located,
      connection: settings.connection,
      tally,
      brake,
      stop$,
      onSettled,
      onEvent: reportRetries(shown.printError),
    });
    await lastValueFrom(written$.pipe(takeUntil(end$)), { defaultValue: undefined });
    await checkpoints?.end(exitCode === undefined);
  } catch (error) {
    await checkpoints?.end(false).catch(() => {});
    const last = locationOf(located, tally.settled - 1);
    shown.printError(last === undefined ? 'No record of this run is durable.' : `Everything up to ${last} is durable.`);
    throw locatedError(located, error);
  } finally {
    shown.subscription.unsubscribe();
  }
  print(summaryText(progress(), settings, inputs.length));
  return exitCode ?? (tally.rejected > 0 ? REJECTED : SUCCESS);
}
