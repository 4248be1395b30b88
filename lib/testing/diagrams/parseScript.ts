import { TestScheduler } from 'rxjs/testing';
import { ZerobusError } from '../../errors/zerobusError.ts';

/** An act and its frame. */
export interface TimedAct<Act> {
  readonly frame: number;
  readonly act: Act;
}

/** How the letters of a diagram are read. */
export interface Alphabet<Act, Value extends Act> {
  /** The option with the diagram, for errors. */
  readonly option: string;
  /** The letters that need no value. */
  readonly letters: Readonly<Record<string, Act>>;
  /** The values of the user's letters, which come before the others. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Whether such a value fits into this diagram. */
  readonly isValue: (value: unknown) => value is Value;
}

/**
 * Reads a diagram of what the service does, by the rules of rxjs for time and groups. Unlike a diagram of an
 * observable, it goes on behind `#` and `|`.
 *
 * @throws {@link ZerobusError} `INVALID_OPTIONS` if a letter stands for nothing, or for something else
 */
export function parseScript<Act, Value extends Act>(
  diagram: string,
  { option, letters, values, isValue }: Alphabet<Act, Value>,
): readonly TimedAct<Act>[] {
  if (typeof diagram !== 'string' || /[\^!]/.test(diagram)) {
    throw new ZerobusError('INVALID_OPTIONS', `${option} must be a diagram without ^ and !, such as "--0-#".`);
  }
  return TestScheduler.parseMarbles(diagram, undefined, undefined, false, true).map(({ frame, notification }) => {
    const letter = notification.kind === 'N' ? String(notification.value) : notification.kind === 'E' ? '#' : '|';
    if (Object.hasOwn(values, letter)) {
      const value = values[letter];
      if (!isValue(value)) {
        throw new ZerobusError(
          'INVALID_OPTIONS',
          `${option} has the letter ${letter}, whose value does not fit there.`,
        );
      }
      return { frame, act: value };
    }
    const act = Object.hasOwn(letters, letter) ? letters[letter] : undefined;
    if (act === undefined) {
      throw new ZerobusError(
        'INVALID_OPTIONS',
        `${option} has the letter ${letter}, which stands for nothing: use one of ${Object.keys(letters).join(' ')}, or pass values: { ${letter}: … }.`,
      );
    }
    return { frame, act };
  });
}
