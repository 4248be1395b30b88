// Runs as a process of its own, because Node.js reads NODE_EXTRA_CA_CERTS when it starts. Writes one record to the
// endpoint in the first argument, with the second argument, if any, as `tls.ca`, and prints the result.
import { lastValueFrom, of } from 'rxjs';
import { isZerobusError } from '../../../lib/errors/zerobusError.ts';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { READINGS_TABLE } from '../../support/startServer.ts';

const [endpoint = '', workspaceUrl = '', ca] = process.argv.slice(2);
const connection = { endpoint, workspaceUrl, clientId: 'client', clientSecret: 'client-secret' };
const tls = ca === undefined ? undefined : { ca };
try {
  await lastValueFrom(of({ temp: 1 }).pipe(toZerobus(READINGS_TABLE, { ...connection, tls })));
  console.log('done');
} catch (error) {
  console.log(isZerobusError(error) ? error.code : error);
}
