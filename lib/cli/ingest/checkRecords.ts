import { lastValueFrom, map, takeUntil, tap } from 'rxjs';
import { isZerobusError, pull } from '../../../index.ts';
import { RowBatchBuilder } from '../../rows/rowBatchBuilder.ts';
import type { CommandContext } from '../command/commandContext.ts';
import { REJECTED, SUCCESS } from '../command/exitCodes.ts';
import { RowMaker } from '../conversion/rowMaker.ts';
import { inputOf } from '../reading/inputReader.ts';
import type { InputRecord } from '../reading/recordReader.ts';
import { Brake } from './brake.ts';
import { interruptions } from './interruptions.ts';
import { problemOf } from './locate.ts';
import { Problems } from './problems.ts';
import { countText, type RunProgress } from './progressText.ts';
import type { IngestParts } from './runIngest.ts';
import { showProgress } from './showProgress.ts';
import { totalBytes } from './totalBytes.ts';

const limits = { maxBatchRecords: 1000, maxBatchBytes: 65_536 } as const;

/**
 * Checks the records of the inputs as a stream does before it sends them, and prints what is wrong. Sends nothing.
 *
 * @returns the exit code
 * @throws `Error` if an input cannot be read
 */
export async function checkRecords(
  { definition, inputs, reader }: Omit<IngestParts, 'settings'>,
  context: CommandContext,
): Promise<number> {
  const { print } = context;
  const startedAt = performance.now();
  const rows = new RowMaker(definition);
  const builder = new RowBatchBuilder(definition, limits, () => {});
  const problems = new Problems();
  let read = 0;
  const check = (record: InputRecord): void => {
    read++;
    try {
      builder.add(rows.rowOf(record, reader.header));
    } catch (error) {
      if (!isZerobusError(error)) {
        throw error;
      }
      problems.add(`${inputs[reader.index]?.input.name}: line ${reader.line}`, problemOf(error, definition));
    }
  };
  const progress = (): RunProgress => ({
    read,
    settled: read,
    rejected: problems.count,
    outcome: 'checked',
    ...totalBytes(inputs),
    bytesRead: reader.bytesRead,
    elapsedMs: performance.now() - startedAt,
  });
  const shown = showProgress(context, progress);
  let exitCode: number | undefined;
  try {
    const checked$ = pull(inputOf(reader), new Brake().paused$).pipe(map(check));
    await lastValueFrom(
      checked$.pipe(
        takeUntil(
          interruptions().pipe(
            tap((code) => {
              exitCode = code;
            }),
          ),
        ),
      ),
      { defaultValue: undefined },
    );
  } finally {
    shown.subscription.unsubscribe();
    for (const line of problems.lines()) {
      print(line);
    }
    print(
      `${countText(problems.count)} of ${countText(read)} records do not fit ${definition.name}. Nothing was sent.`,
    );
  }
  return exitCode ?? (problems.count > 0 ? REJECTED : SUCCESS);
}
