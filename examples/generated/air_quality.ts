// The table main.examples.air_quality, as rxjs-zerobus has found it in Unity Catalog.

import { bigint, defineTable, int, type RowOf, string, timestamp } from 'rxjs-zerobus';

/** The table main.examples.air_quality. */
export const airQualityTable = defineTable('main.examples.air_quality', {
  device_name: string().notNull(),
  temp: int(),
  humidity: bigint(),
  measured_at: timestamp(),
});

/** A row of main.examples.air_quality. */
export type AirQualityRow = RowOf<typeof airQualityTable>;
