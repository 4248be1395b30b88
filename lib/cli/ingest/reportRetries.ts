import type { ZerobusEvent } from '../../../index.ts';
import { endSentence } from '../../errors/endSentence.ts';

/**
 * Returns an observer of events that says when a connection is opened again, and why.
 *
 * @param print prints a line
 */
export function reportRetries(print: (line: string) => void): (event: ZerobusEvent) => void {
  let reason = '';
  return (event) => {
    if (event.kind === 'broken') {
      reason = endSentence(event.error.message.split('\n', 1)[0] ?? '');
    } else if (event.kind === 'retry') {
      print(`${reason} Trying again in ${(event.waitMs / 1000).toFixed(1)} s (${event.attempt}).`);
    }
  };
}
