const COUNT = 10_000;

/** Sensor readings: 60 bytes each as JSON. */
export function readings(): readonly object[] {
  return Array.from({ length: COUNT }, (_, n) => ({
    device: `sensor-${10_000_000 + n}`,
    temp: 10 + (n % 90),
    at: 1_700_000_000_000_000 + n,
  }));
}
