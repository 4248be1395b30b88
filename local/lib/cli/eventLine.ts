import type { ServerEvent } from '../faults/serverEvent.ts';

/** Control characters, and those that change how a line is displayed. Clients choose names, and a terminal obeys. */
const controlCharacters = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** The line that `--verbose` prints for an event, without a newline. */
export function eventLine(event: ServerEvent, at: Date = new Date()): string {
  return `${at.toISOString()} ${describe(event)}`.replaceAll(controlCharacters, ' ').trimEnd();
}

function describe(event: ServerEvent): string {
  switch (event.type) {
    case 'streamOpened':
      return `stream opened   ${event.tableName}, ${event.recordType}, id ${event.streamId}, ${clientOf(event)}`;
    case 'streamClosed':
      return `stream closed   ${event.tableName}, ${event.status}, id ${event.streamId}, after ${event.durationMs} ms, ${clientOf(event)}${reasonOf(event)}`;
    case 'streamRefused':
      return `stream refused  ${event.tableName || 'no table'}, ${event.status}, ${clientOf(event)}${reasonOf(event)}`;
    case 'requestRefused':
      return `request refused ${event.method} ${event.path}, ${event.httpStatus}, ${clientOf(event)}${reasonOf(event)}`;
    case 'callRefused':
      return `call refused    ${event.path}, ${event.status}, ${clientOf(event)}: This method is not served.`;
    case 'handshakeFailed':
      return `TLS failed      ${event.endpoint}, from ${event.address}${reasonOf(event)}`;
    case 'commit':
      return `commit          ${event.tableName}, version ${event.version}, ${event.rows} ${event.rows === 1 ? 'row' : 'rows'}, ${event.durationMs} ms`;
    case 'rowsRejected':
      return `rows rejected   ${event.tableName}, ${event.rows} acknowledged ${event.rows === 1 ? 'row' : 'rows'} set aside`;
    case 'tokenIssued':
      return `token issued    ${event.tables.join(', ') || event.use}, ${event.grantType}, id ${event.clientId || 'none'}, for ${Math.floor(event.lifetimeMs / 1000)} s, ${clientOf(event)}`;
  }
}

function clientOf({ userAgent }: { readonly userAgent: string }): string {
  return userAgent === '' ? 'unnamed client' : userAgent;
}

function reasonOf({ reason }: { readonly reason: string }): string {
  return reason === '' ? '' : `: ${reason}`;
}
