import { TestScheduler } from 'rxjs/testing';
import type { Mismatch } from './describeMismatch.ts';
import { firstDifference } from './firstDifference.ts';
import { isSame } from './isSame.ts';
import { Legend } from './legend.ts';
import { type Cell, trackOf } from './trackOf.ts';

/** A notification and its frame, as rxjs' `TestScheduler` records it. */
export type Message = ReturnType<typeof TestScheduler.parseMarbles>[number];

/** What an observable is expected to emit. */
export interface ExpectedMessages {
  readonly messages: readonly Message[];
  /** The letter of each message, as far as the diagram is known. */
  readonly letters: readonly string[];
  /** The values of the letters. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** Returns the letter of each message of a diagram. */
export function lettersIn(diagram: string): readonly string[] {
  return TestScheduler.parseMarbles(diagram, undefined, undefined, true, true).map((message) =>
    String(contentOf(message).value),
  );
}

/** Compares what an observable emitted with what was expected. Returns `undefined` if it is the same. */
export function messagesMismatch(actual: readonly Message[], expected: ExpectedMessages): Mismatch | undefined {
  const { messages, letters, values } = expected;
  const index = firstDifference(actual, messages, isSameMessage);
  if (index === undefined) {
    return undefined;
  }
  const legend = new Legend(values, isSame);
  const cellsOf = (label: string, drawn: readonly Message[]): readonly Cell[] =>
    drawn.map((message, at) => {
      const { kind, value, error } = contentOf(message);
      if (kind === 'E') {
        legend.list(`# ${label}`, error);
      }
      const text = kind === 'N' ? legend.letterOf(value, letters[at]) : kind === 'E' ? '#' : '|';
      return { frame: message.frame, text };
    });
  return {
    tracks: [trackOf('expected', cellsOf('expected', messages), ''), trackOf('actual', cellsOf('actual', actual), '')],
    frame: Math.min(...[actual[index], messages[index]].flatMap((message) => message?.frame ?? [])),
    legend: legend.lines(),
  };
}

function isSameMessage(actual: Message, expected: Message): boolean {
  const [a, b] = [contentOf(actual), contentOf(expected)];
  return actual.frame === expected.frame && a.kind === b.kind && isSame(a.value, b.value) && isSame(a.error, b.error);
}

function contentOf({ notification }: Message): {
  readonly kind: string;
  readonly value?: unknown;
  readonly error?: unknown;
} {
  return notification;
}
