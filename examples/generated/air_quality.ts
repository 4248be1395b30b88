// The table main.examples.air_quality, as rxjs-zerobus found it in Unity Catalog.

import { defineTable, type RowOf } from 'rxjs-zerobus';

/** The table main.examples.air_quality. */
export const airQualityTable = defineTable('main.examples.air_quality', (t) => ({
  device_name: t.string().notNull(),
  temp: t.int(),
  humidity: t.bigint(),
  measured_at: t.timestamp(),
}));

/** A row of main.examples.air_quality. */
export type AirQualityRow = RowOf<typeof airQualityTable>;
