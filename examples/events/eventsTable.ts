import { defineTable, type RowOf } from 'rxjs-zerobus';

/** The table of the services. A real workspace must have it too. */
export const EVENTS_TABLE = 'main.web.events';

export const CREATE_EVENTS_TABLE: string = `CREATE TABLE ${EVENTS_TABLE} (id STRING NOT NULL, kind STRING NOT NULL, amount DOUBLE, received_at TIMESTAMP NOT NULL)`;

export const eventsTable = defineTable(EVENTS_TABLE, (t) => ({
  id: t.string().notNull(),
  kind: t.string().notNull(),
  amount: t.double(),
  received_at: t.timestamp().notNull(),
}));

export type EventRow = RowOf<typeof eventsTable>;

/**
 * Returns the rows of a request's body: one event, or a list of them. The time is that of the server, whatever the
 * client says. Nothing else is checked here: the table definition checks each row.
 */
export function rowsOf(body: unknown): readonly EventRow[] {
  const receivedAt = new Date();
  const events: readonly unknown[] = Array.isArray(body) ? body : [body];
  return events.map((event) =>
    typeof event === 'object' && event !== null && !Array.isArray(event)
      ? ({ ...event, received_at: receivedAt } as EventRow)
      : (event as EventRow),
  );
}
