import { readFileSync } from 'node:fs';
import type { InputName } from '../job.ts';
import { documents } from './documents.ts';
import type { Input } from './input.ts';
import { readings } from './readings.ts';

/**
 * Creates the records of a run.
 *
 * @param flightsFile the file with the rows of the flights, one JSON object per line
 */
export async function loadInput(name: InputName, flightsFile: string): Promise<Input> {
  if (name === 'proto60B') {
    // Imported only here, so that no other client is measured with our code in its memory.
    const { protoReadings } = await import('./protoReadings.ts');
    return protoReadings();
  }
  if (name === 'json60B') {
    return json(readings());
  }
  if (name === 'json1KB') {
    return json(documents());
  }
  const lines = readFileSync(flightsFile, 'utf8').trimEnd().split('\n');
  return json(lines.map((line) => JSON.parse(line) as object));
}

function json(objects: readonly object[]): Input {
  return { objects, encoded: objects.map((object) => JSON.stringify(object)) };
}
