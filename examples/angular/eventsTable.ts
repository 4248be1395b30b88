import { defineTable, ZerobusError } from 'rxjs-zerobus';
import { bigint, string, timestamp } from 'rxjs-zerobus/columns';
import type { EventContext } from 'rxjs-zerobus/gateway';

/** The table of the events. */
export const EVENTS_TABLE = 'main.web.events';

export const CREATE_EVENTS_TABLE: string = `CREATE TABLE ${EVENTS_TABLE} (
  client STRING NOT NULL COMMENT 'a browser profile', sequence BIGINT NOT NULL COMMENT 'unique for each client',
  visitor STRING NOT NULL COMMENT 'by the session, which the page cannot choose',
  visit STRING NOT NULL COMMENT 'a page from its load to its end', number BIGINT NOT NULL COMMENT 'of the event in its visit',
  kind STRING NOT NULL, page STRING NOT NULL, detail STRING,
  tracked_at TIMESTAMP COMMENT 'by the clock of the browser', received_at TIMESTAMP NOT NULL)`;

/** The definition of the table, so that the gateway checks what pages send. */
export const eventsTable = defineTable(EVENTS_TABLE, {
  client: string().notNull(),
  sequence: bigint().notNull(),
  visitor: string().notNull(),
  visit: string().notNull(),
  number: bigint().notNull(),
  kind: string().notNull(),
  page: string().notNull(),
  detail: string(),
  tracked_at: timestamp(),
  received_at: timestamp().notNull(),
});

/** An event as a page claims to have sent it. */
type Claimed = Readonly<Partial<Record<'visit' | 'number' | 'kind' | 'page' | 'detail' | 'at', unknown>>>;

/**
 * Makes the row of an event. Client, sequence number, visitor and time of arrival are the server's own.
 *
 * @throws {@link ZerobusError} `INVALID_RECORD` if the event is not of the shape that the application sends
 */
export function eventRow(event: Claimed | null, { client, sequence, identity, receivedAt }: EventContext<string>) {
  const { visit, number, kind, page, detail = null, at } = event ?? {};
  return {
    client,
    sequence,
    visitor: identity,
    visit: text('visit', visit, 36),
    number: count('number', number),
    kind: text('kind', kind, 40),
    page: text('page', page, 2000),
    detail: detail === null ? null : text('detail', detail, 1000),
    tracked_at: new Date(count('at', at)),
    received_at: new Date(receivedAt),
  };
}

function text(name: string, value: unknown, length: number): string {
  if (typeof value !== 'string' || value.length > length) {
    throw new ZerobusError('INVALID_RECORD', `${name} must be a text of at most ${length} characters.`);
  }
  return value;
}

function count(name: string, value: unknown): number {
  // A date has at most 8.64e15 milliseconds, and the year 9999 fits every reader.
  if (!Number.isSafeInteger(value) || Number(value) < 0 || Number(value) > 253_402_300_799_999) {
    throw new ZerobusError('INVALID_RECORD', `${name} must be a whole number from 0.`);
  }
  return Number(value);
}
