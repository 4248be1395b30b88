import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flightLines, parseFlight, toFlightRow } from '../examples/demo/flights.ts';

/**
 * Writes the rows of real flights into a file, one JSON object per line. They are read in advance, so that no client is
 * measured meanwhile.
 *
 * @returns the path of the file
 */
export async function writeFlights(folder: string, count: number): Promise<string> {
  const rows: string[] = [];
  for await (const line of flightLines(count)) {
    const fields = parseFlight(line);
    if (fields !== undefined) {
      rows.push(JSON.stringify(toFlightRow(fields, rows.length)));
    }
  }
  const file = join(folder, 'flights.jsonl');
  await writeFile(file, rows.join('\n'));
  return file;
}
