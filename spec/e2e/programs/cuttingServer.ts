// Runs as a process of its own: a zerobus-local that cuts all connections again and again. Its options are the first
// argument, the time between two cuts in ms the second. It closes at SIGTERM.
import { once } from 'node:events';
import { startZerobusLocal } from 'zerobus-local';

const [options = '{}', cutEveryMs = '300'] = process.argv.slice(2);
const server = await startZerobusLocal(JSON.parse(options));
const cuts = setInterval(() => server.faults.cutConnections(), Number(cutEveryMs));
console.log('listening');
await once(process, 'SIGTERM');
clearInterval(cuts);
await server.close();
