import { defineTable, encodeRow, type TableDefinition } from 'rxjs-zerobus';
import type { Input } from './input.ts';

const COUNT = 10_000;

/** Sensor readings as rows of a table definition: 60 bytes each as protobuf. */
export function protoReadings(): Input {
  const definition = defineTable('main.bench.readings', (t) => ({
    site: t.string(),
    device: t.string(),
    temp: t.int(),
    at: t.timestamp(),
  }));
  const rows = Array.from({ length: COUNT }, (_, n) => ({
    site: `rooftop-north-east-win-${10 + (n % 90)}`,
    device: `sensor-${100_000_000_000 + n}`,
    temp: 200 + (n % 900),
    at: 1_700_000_000_000_000 + n,
  }));
  return {
    objects: rows,
    encoded: rows.map((row) => Buffer.from(encodeRow(definition, row))),
    definition: definition as TableDefinition<object>,
  };
}
