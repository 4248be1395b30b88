import { defineTable, type RowOf } from 'rxjs-zerobus';

/** The table of the access log. A real workspace must have it too. */
export const ACCESS_TABLE = 'main.web.access_log';

export const CREATE_ACCESS_TABLE: string = `CREATE TABLE ${ACCESS_TABLE} (instance STRING NOT NULL, number BIGINT NOT NULL, started_at TIMESTAMP NOT NULL, method STRING NOT NULL, path STRING NOT NULL, status INT NOT NULL, duration_ms DOUBLE NOT NULL, bytes BIGINT NOT NULL, is_complete BOOLEAN NOT NULL)`;

export const accessTable = defineTable(ACCESS_TABLE, (t) => ({
  /** The life of the server, and the number of the request in it: together they tell repeats, and what is missing. */
  instance: t.string().notNull(),
  number: t.bigint().notNull(),
  started_at: t.timestamp().notNull(),
  method: t.string().notNull(),
  path: t.string().notNull(),
  status: t.int().notNull(),
  duration_ms: t.double().notNull(),
  /** What was written on the connection, with headers. */
  bytes: t.bigint().notNull(),
  /** Whether the whole response was written. */
  is_complete: t.boolean().notNull(),
}));

export type AccessRow = RowOf<typeof accessTable>;
