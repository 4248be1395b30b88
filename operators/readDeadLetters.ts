import { constants } from 'node:buffer';
import { checkFunction } from '../lib/errors/checkFunction.ts';
import { checkNames, type NamesOf } from '../lib/errors/checkNames.ts';
import { readArguments } from '../lib/errors/readArguments.ts';
import { requiredFilePath } from '../lib/inputs/filePath.ts';
import type { LinePosition } from '../lib/inputs/lineReader.ts';
import { type NdjsonLines, openedLines } from '../lib/inputs/ndjsonLines.ts';
import { fileLines } from '../lib/inputs/openLines.ts';
import { type DeadLetter, parseLetter } from '../lib/letters/deadLetter.ts';

/** Options of {@link readDeadLetters}. */
export interface ReadDeadLettersOptions {
  /**
   * Called with the position of each line that was torn because its writer was killed. Such a record was not yet taken
   * in. Defaults to a process warning.
   */
  readonly torn?: ((position: LinePosition) => void) | undefined;
}

const optionNames: NamesOf<ReadDeadLettersOptions> = { torn: true };

/**
 * Reads the file of {@link deadLetters} back, to send its records again.
 *
 * <span class="informal">As `ndjson`, with the reason of each record at hand.</span>
 *
 * It opens the file when it is subscribed to, reads no faster than it is pulled, and closes the file when it is
 * unsubscribed from. A file that was compressed with gzip is decompressed. A line that was torn is skipped and
 * reported. Errors with a {@link ZerobusError} `INVALID_RECORD` at any other line that is not a dead letter, and
 * forwards an error of the file.
 *
 * @example
 * ```ts
 * import { deadLetters, pull, readDeadLetters, throughZerobus } from 'rxjs-zerobus';
 * import { NEVER } from 'rxjs';
 *
 * pull(readDeadLetters('readings.dead.ndjson'), NEVER)
 *   .pipe(
 *     throughZerobus('main.iot.readings', {
 *       row: ({ record, reason }) => {
 *         if (record === undefined) {
 *           throw new Error(reason);
 *         }
 *         return record;
 *       },
 *       rejected: deadLetters('readings.dead-again.ndjson'),
 *     }),
 *   )
 *   .subscribe(({ offset, reason }) => console.log(`record ${offset} is durable now, rejected before: ${reason}`));
 * ```
 *
 * @param path a path or a `file:` URL
 * @param options see {@link ReadDeadLettersOptions}
 * @returns the letters, in the order of the file. It is opened again for each subscription
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if the path or an option is malformed
 */
export function readDeadLetters(path: string | URL, options: ReadDeadLettersOptions = {}): NdjsonLines<DeadLetter> {
  const { name, torn } = readArguments('readDeadLetters', () => {
    const name = requiredFilePath('readDeadLetters', path);
    checkNames('readDeadLetters', options, optionNames);
    const { torn = (position: LinePosition): void => warn(name, position) } = options;
    checkFunction('torn', torn, '(position) => … ');
    return { name, torn };
  });
  const lines: NdjsonLines<DeadLetter> = openedLines(
    fileLines<DeadLetter>(name, {
      name,
      maxLineBytes: constants.MAX_STRING_LENGTH,
      form: 'a dead letter',
      parse: (line) => {
        const letter = parseLetter(line);
        if (letter === undefined) {
          torn(lines.position);
        }
        return letter;
      },
    }),
  );
  return lines;
}

function warn(name: string, { line, byte }: LinePosition): void {
  process.emitWarning(`${name}: line ${line} (byte ${byte}) was torn when its writer was killed, and is skipped.`, {
    type: 'ZerobusWarning',
    code: 'DEAD_LETTER_TORN',
  });
}
