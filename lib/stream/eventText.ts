import type { ZerobusError } from '../errors/zerobusError.ts';
import type { ZerobusEventDetails } from './zerobusEvent.ts';

/** Describes an event in one line, for `NODE_DEBUG`. */
export function eventText(event: ZerobusEventDetails): string {
  switch (event.kind) {
    case 'connecting':
    case 'paused':
    case 'resumed':
      return event.kind;
    case 'opened':
      return `opened: stream ${inOneLine(event.streamId)}`;
    case 'replayed':
      return `replayed: ${event.records} records in ${event.batches} batches are sent again`;
    case 'broken':
      return `broken: ${errorText(event.error)}`;
    case 'retry':
      return `retry: attempt ${event.attempt} in ${event.waitMs} ms`;
    case 'rotation':
      return `rotation: the service closes the connection in ${event.closesInMs} ms`;
    case 'tokenRenewed':
      return 'token renewed';
    case 'durable':
      return `durable: up to offset ${event.offset}`;
    case 'rejected':
      return `rejected: the record at offset ${event.offset}, ${errorText(event.error)}`;
    case 'closed':
      return event.reason === 'failed' ? `closed: ${errorText(event.error)}` : `closed: ${event.reason}`;
  }
}

function errorText({ code, message }: ZerobusError): string {
  return `${code}: ${inOneLine(message)}`;
}

function inOneLine(text: string): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
