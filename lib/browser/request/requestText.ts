import { utf8Length } from './utf8Length.ts';

/** An event as the client keeps it. */
export interface KeptEvent {
  /** Its number among all events of the client. */
  readonly sequence: number;
  /** Its JSON text. */
  readonly text: string;
  /** The bytes of its JSON text in UTF-8. */
  readonly bytes: number;
}

/** Limits of one request. */
export interface RequestLimits {
  readonly events: number;
  /** The bytes of the lines of its events. A request has at least one event, even if that has more. */
  readonly bytes: number;
}

/** The brackets and the comma of a line, its end, and the digits of a sequence number. */
const LINE_BYTES = 4 + 16;

/** Returns an event with its size. */
export function keptEvent(sequence: number, text: string): KeptEvent {
  return { sequence, text, bytes: utf8Length(text) };
}

/** Returns how many of the first events fit into one request. */
export function fittingCount(events: readonly KeptEvent[], limits: RequestLimits): number {
  let bytes = 0;
  let count = 0;
  for (const event of events) {
    bytes += event.bytes + LINE_BYTES;
    if (count >= limits.events || (count > 0 && bytes > limits.bytes)) {
      break;
    }
    count++;
  }
  return count;
}

/**
 * Returns the body of a request, which `docs/gateway.md` describes: a head, and one line per event.
 *
 * @param client the client of the events
 * @param kept the lowest sequence number that the client still keeps
 * @param events events in the order of their sequence numbers
 */
export function requestText(client: string, kept: number, events: readonly KeptEvent[]): string {
  let text = JSON.stringify({ version: 1, client, kept });
  for (const event of events) {
    text += `\n[${event.sequence},${event.text}]`;
  }
  return text;
}
