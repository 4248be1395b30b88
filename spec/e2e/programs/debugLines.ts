// Runs as a process of its own, with or without NODE_DEBUG. Its stdout has the secrets that stderr must not show.
import { concat, of, range } from 'rxjs';
import { map } from 'rxjs/operators';
import { toZerobus } from '../../../operators/toZerobus.ts';
import { READINGS_TABLE, startServer } from '../../support/startServer.ts';

const { server, connection } = await startServer();
const options = { ...connection, recoveryBackoffMs: 1 };
const CONTENT = 'content-of-a-record';

server.faults.refuseStreams({ code: 14, times: 1 });
await new Promise<void>((resolve, reject) => {
  range(0, 100)
    .pipe(
      map((temp) => ({ device: CONTENT, temp })),
      toZerobus(READINGS_TABLE, options),
    )
    .subscribe({ error: reject, complete: resolve });
});
// The service refuses the last record, and quotes it.
const refusal = await new Promise<unknown>((resolve) => {
  concat(of({ device: CONTENT, temp: CONTENT }))
    .pipe(toZerobus(READINGS_TABLE, options))
    .subscribe({ error: resolve });
});
await server.close();
console.log((refusal as Error).message);
