// The access log of an HTTP server, as an observable into a table. With --serve the server goes on until SIGTERM or
// Ctrl-C. Without, it gets some requests, and ends.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Command } from 'commander';
import { auditTime, lastValueFrom, tap } from 'rxjs';
import { isZerobusError, toZerobus } from 'rxjs-zerobus';
import { integerAtLeast } from '../support/integerAtLeast.ts';
import { withZerobus } from '../support/withZerobus.ts';
import { accessLog } from './accessLog.ts';
import { ACCESS_TABLE, accessTable, CREATE_ACCESS_TABLE } from './accessTable.ts';
import { makeRequests } from './makeRequests.ts';

const { serve, port } = new Command('npm run example accessLog --')
  .description('Logs the requests of an HTTP server into a table. It makes some of its own, and ends.')
  .option('--serve', 'go on until Ctrl-C instead')
  .option('--port <number>', 'the port to listen on then, 0 for any', integerAtLeast(0), 8080)
  .parse()
  .opts<{ readonly serve?: true; readonly port: number }>();

await withZerobus(
  async (workspace) => {
    const server = createServer(({ url = '' }, response) => {
      response.writeHead(url.startsWith('/missing') ? 404 : 200, { 'content-type': 'text/plain' });
      response.end(url.startsWith('/large') ? 'x'.repeat(10_000) : 'Hello.\n');
    });

    const written = lastValueFrom(
      accessLog(server).pipe(
        toZerobus(accessTable, {
          ...workspace,
          // The log must never harm the server. It waits for the workspace as long as that takes, in bounded memory.
          recoveryRetries: Number.POSITIVE_INFINITY,
          maxInflightRecords: 50_000,
          overflow: 'dropOldest',
          flushTimeoutMs: 10_000,
        }),
        tap({ complete: () => console.log('every request is in the log') }),
        auditTime(500),
        tap((offset) => console.log(`durable up to request ${offset}`)),
      ),
      { defaultValue: -1 },
    ).catch((error: unknown) => {
      const lost = isZerobusError(error) ? error.unacked.length : 0;
      console.error(`The access log has ended, and lacks ${lost} requests:`, error);
      process.exitCode = 1;
    });

    server.listen(serve ? port : 0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    console.log(`listens on ${url}`);

    if (serve) {
      const signals = new AbortController();
      await Promise.race(['SIGTERM', 'SIGINT'].map((signal) => once(process, signal, signals)));
      signals.abort();
    } else {
      await makeRequests(url);
    }
    server.close();
    await written;
  },
  ACCESS_TABLE,
  CREATE_ACCESS_TABLE,
);
