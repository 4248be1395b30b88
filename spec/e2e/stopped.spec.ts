import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { StreamOptions } from '../../lib/stream/streamOptions.ts';
import { startServer } from '../support/startServer.ts';

const program = fileURLToPath(new URL('./programs/stopped.js', import.meta.url));
/** The timeouts of the client. */
const TIMEOUT_MS = 1000;
/** The client is stopped before the acks leave. */
const ACK_DELAY_MS = 500;

interface StoppedCase {
  readonly stream: StreamOptions;
  /** Whether the service announces to close the stream. */
  readonly closes?: boolean;
  /** Whether the source ends after its record. Otherwise it ends when the record is durable. */
  readonly endsAtOnce?: boolean;
  readonly tls?: boolean;
}

const cases: Record<string, StoppedCase> = {
  'the timeout for acks': { stream: { serverLackOfAckTimeoutMs: TIMEOUT_MS } },
  'the timeout for acks, over TLS': { stream: { serverLackOfAckTimeoutMs: TIMEOUT_MS }, tls: true },
  'the wait after a close signal': { stream: { streamPausedMaxWaitTimeMs: TIMEOUT_MS }, closes: true },
  'the timeout of the drain': { stream: { flushTimeoutMs: TIMEOUT_MS }, endsAtOnce: true },
};

if (process.platform !== 'win32') {
  describe('A process that was stopped reads the acks that came meanwhile', () => {
    for (const [name, { stream, closes = false, endsAtOnce = false, tls = false }] of Object.entries(cases)) {
      it(`before ${name} ends it`, async () => {
        const { server, connection } = await startServer({ tls });
        server.faults.delayAcks({ delayMs: ACK_DELAY_MS });
        const access = { ...connection, ...(tls ? { tls: { ca: server.ca } } : {}) };
        const args = [program, JSON.stringify(access), JSON.stringify(stream), `${endsAtOnce}`];
        const client = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        const exited = once(client, 'exit');
        const lines = createInterface({ input: client.stdout })[Symbol.asyncIterator]();
        try {
          await server.activity.until(({ recordsAccepted }) => recordsAccepted > 0);
          if (closes) {
            server.faults.signalClose({ durationMs: 60_000 });
            expect((await lines.next()).value).toBe('paused');
          }
          client.kill('SIGSTOP');
          await server.activity.until(({ acksSent }) => acksSent > 0);
          // Every timer of the client is overdue when it goes on.
          await delay(TIMEOUT_MS + 100);
          client.kill('SIGCONT');
          expect(JSON.parse((await lines.next()).value)).toEqual(['durable', 'complete']);
          await exited;
          const { streamsOpened, recordsAccepted } = server.activity.counters;
          expect({ streamsOpened, recordsAccepted }).toEqual({ streamsOpened: 1, recordsAccepted: 1 });
        } finally {
          client.kill('SIGKILL');
          await server.close();
        }
      });
    }
  });
}
