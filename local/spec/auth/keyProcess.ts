/** A process that takes the key of the tokens and prints it. Argument: the data directory. */
import { writeSync } from 'node:fs';
import { tokenKey } from '../../lib/auth/tokenKey.ts';

const [dataDir = ''] = process.argv.slice(2);
const key = await tokenKey(dataDir, undefined, (error) => writeSync(1, `reported ${error.message}\n`));
writeSync(1, `key ${key.toString('hex')}\n`);
