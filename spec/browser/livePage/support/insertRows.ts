import type { ZerobusLocal } from 'zerobus-local';
import { insert } from './traffic.ts';

/** Inserts rows, and writes them to the Delta table. */
export async function insertRows(server: ZerobusLocal, table: string, rows: readonly object[]): Promise<void> {
  expect(await insert(server, table, JSON.stringify(rows))).toBe(200);
  await server.flush();
}
