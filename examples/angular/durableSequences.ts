import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { EVENTS_TABLE } from './eventsTable.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const program = createRequire(import.meta.url)
  .resolve('zerobus-local/package.json')
  .replace('package.json', 'bin/zerobusLocal.js');

/**
 * Returns the sequence numbers of a client in the table, from one on. The command has the running server flush first,
 * so that it sees every row that is durable. Against a workspace, a SQL warehouse runs this query.
 *
 * @param dataDir the data directory of zerobus-local
 */
export async function durableSequences(dataDir: string, client: string, from: number): Promise<readonly string[]> {
  if (!uuid.test(client) || !Number.isSafeInteger(from)) {
    throw new TypeError('A client is a UUID, and a sequence number is a whole number.');
  }
  const query = `SELECT sequence FROM ${EVENTS_TABLE} WHERE client = '${client}' AND sequence >= ${from}`;
  const args = [program, 'sql', '--data', dataDir, '--format', 'csv', query];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout.trim().split(/\r?\n/).slice(1);
}
