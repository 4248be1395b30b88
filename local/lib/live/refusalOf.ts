import type { ServerEvent } from '../faults/serverEvent.ts';
import type { Refusal } from './api/overview.ts';
import { shortText } from './shortText.ts';

/** What the page itself reads. That it must send credentials first says nothing about clients. */
const ofThePage = /^\/($|page\/|api\/local\/(?!alter$))/;

/** @returns what the page shows of an event; undefined if it is no refusal */
export function refusalOf(event: ServerEvent, atMs: number): Refusal | undefined {
  const parts = partsOf(event);
  if (parts === undefined) {
    return undefined;
  }
  const { kind, subject, status = '', reason, userAgent = '' } = parts;
  return {
    atMs,
    kind,
    subject: shortText(subject),
    status,
    reason: shortText(reason, 1000),
    userAgent: shortText(userAgent),
  };
}

type Parts = Pick<Refusal, 'kind' | 'subject' | 'reason'> & Partial<Pick<Refusal, 'status' | 'userAgent'>>;

function partsOf(event: ServerEvent): Parts | undefined {
  switch (event.type) {
    case 'streamRefused':
      return { ...event, kind: 'stream', subject: event.tableName };
    case 'streamClosed':
      return event.status === 'OK' ? undefined : { ...event, kind: 'streamEnd', subject: event.tableName };
    case 'requestRefused':
      return ofThePage.test(event.path)
        ? undefined
        : { ...event, kind: 'request', subject: `${event.method} ${event.path}`, status: String(event.httpStatus) };
    case 'callRefused':
      return { ...event, kind: 'call', subject: event.path, reason: 'This method is not served.' };
    case 'handshakeFailed':
      return { ...event, kind: 'handshake', subject: event.address };
    case 'rowsRejected':
      return { kind: 'rows', subject: event.tableName, reason: rowsReason(event.rows) };
    default:
      return undefined;
  }
}

function rowsReason(rows: number): string {
  const what = rows === 1 ? '1 acknowledged row' : `${rows} acknowledged rows`;
  return `${what} can't be written to the table. The Parquet files in its folder _zerobus/table_rejected_parquets have them, with the reason.`;
}
