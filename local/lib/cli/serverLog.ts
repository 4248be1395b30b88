import type { ServerEvent } from '../faults/serverEvent.ts';
import { eventLine } from './eventLine.ts';

/** How events are printed: as lines to read, or as one JSON object per line. */
export const logFormats = ['text', 'json'] as const;

/** See {@link logFormats}. */
export type LogFormat = (typeof logFormats)[number];

/** What the server has to say while it runs, on stderr. */
export interface ServerLog {
  /** Absent if events are not printed. */
  readonly onEvent?: (event: ServerEvent) => void;
  readonly onNote: (note: string) => void;
  readonly onError: (error: Error) => void;
}

/** Control characters, and those that change how a line is displayed. JSON itself escapes only some of them. */
const hiddenCharacter = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Prints events, notes and errors on stderr.
 *
 * @param format undefined to print no events
 */
export function serverLog(format: LogFormat | undefined): ServerLog {
  if (format === 'json') {
    return {
      onEvent: (event) => print(logObject(event)),
      onNote: (message) => print(logObject({ type: 'note', message })),
      onError: ({ message }) => print(logObject({ type: 'error', message })),
    };
  }
  return {
    ...(format === 'text' ? { onEvent: (event: ServerEvent): void => print(eventLine(event)) } : {}),
    onNote: (note) => print(`zerobus-local: ${note}`),
    onError: ({ message }) => print(`zerobus-local: ${message}`),
  };
}

/** The line of `--log json`, without a newline. Texts of clients can't begin another one. */
export function logObject(event: object, at: Date = new Date()): string {
  return JSON.stringify({ time: at.toISOString(), ...event }).replaceAll(hiddenCharacter, escaped);
}

function escaped(character: string): string {
  return Array.from({ length: character.length }, (_, index) => character.charCodeAt(index))
    .map((unit) => `\\u${unit.toString(16).padStart(4, '0')}`)
    .join('');
}

function print(line: string): void {
  process.stderr.write(`${line}\n`);
}
