const COUNT = 10_000;

/** The table for these readings in zerobus-local. */
export const READINGS_TABLE = 'main.bench.readings';

export const CREATE_READINGS_TABLE: string = `CREATE TABLE ${READINGS_TABLE} (
  device STRING, temp INT NOT NULL, at TIMESTAMP)`;

/** Sensor readings: 60 bytes each as JSON. */
export function readings(): readonly object[] {
  return Array.from({ length: COUNT }, (_, n) => ({
    device: `sensor-${10_000_000 + n}`,
    temp: 10 + (n % 90),
    at: 1_700_000_000_000_000 + n,
  }));
}
