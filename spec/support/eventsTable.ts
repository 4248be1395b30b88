import { bigint, string } from '../../lib/table/columnBuilders.ts';
import { defineTable } from '../../lib/table/defineTable.ts';
import type { TableDefinition } from '../../lib/table/tableDefinition.ts';

export const EVENTS_TABLE = 'main.web.events';

/** A row of the table of events. */
export interface EventRow {
  readonly client: string;
  readonly sequence: number | bigint;
  readonly kind?: string | null | undefined;
  readonly account?: string | null | undefined;
}

/** The table of events. */
export const eventsTable: TableDefinition<EventRow> = defineTable(EVENTS_TABLE, {
  client: string().notNull(),
  sequence: bigint().notNull(),
  kind: string(),
  account: string(),
});

/** An event of a page. */
export interface PageEvent {
  readonly kind?: string;
}
