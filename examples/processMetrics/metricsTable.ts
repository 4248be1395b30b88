import { defineTable, type RowOf } from 'rxjs-zerobus';

/** The table of the metrics. A real workspace must have it too. */
export const METRICS_TABLE = 'main.ops.process_metrics';

export const CREATE_METRICS_TABLE: string = `CREATE TABLE ${METRICS_TABLE} (host STRING NOT NULL, pid INT NOT NULL, measured_at TIMESTAMP NOT NULL, cpu_user_ms DOUBLE NOT NULL, cpu_system_ms DOUBLE NOT NULL, rss_bytes BIGINT NOT NULL, heap_used_bytes BIGINT NOT NULL, external_bytes BIGINT NOT NULL, loop_utilization DOUBLE NOT NULL, loop_delay_p50_ms DOUBLE NOT NULL, loop_delay_p99_ms DOUBLE NOT NULL, loop_delay_max_ms DOUBLE NOT NULL)`;

export const metricsTable = defineTable(METRICS_TABLE, (t) => ({
  host: t.string().notNull(),
  pid: t.int().notNull(),
  measured_at: t.timestamp().notNull(),
  /** The time on a processor since the last row. */
  cpu_user_ms: t.double().notNull(),
  cpu_system_ms: t.double().notNull(),
  rss_bytes: t.bigint().notNull(),
  heap_used_bytes: t.bigint().notNull(),
  external_bytes: t.bigint().notNull(),
  /** The share of the time since the last row in which the event loop was busy, 0 to 1. */
  loop_utilization: t.double().notNull(),
  /** How late timers were since the last row. */
  loop_delay_p50_ms: t.double().notNull(),
  loop_delay_p99_ms: t.double().notNull(),
  loop_delay_max_ms: t.double().notNull(),
}));

export type MetricsRow = RowOf<typeof metricsTable>;
