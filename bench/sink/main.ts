// Runs the sink in a process of its own. It takes records as fast as a client can send them, reports its port, and ends
// with its parent.
import { createServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { endWithParent, sendToParent } from '../process/parent.ts';
import { SinkStream, WITHHOLDING_TABLE } from './sinkStream.ts';

/** Large enough that a client never waits for it. */
const WINDOW_BYTES = 64 * 1024 * 1024;
const ACK_EVERY_MS = 5;
/** Longer than any pause of a client that still sends. */
const SILENCE_MS = 500;

const server = createServer({ settings: { initialWindowSize: WINDOW_BYTES } });
server.on('session', (session) => {
  session.setLocalWindowSize(WINDOW_BYTES);
  session.on('error', () => {});
});
server.on('stream', (stream, headers) => {
  const isWithholding = headers['x-databricks-zerobus-table-name'] === WITHHOLDING_TABLE;
  new SinkStream(stream, { everyMs: ACK_EVERY_MS, onlyAfterSilenceMs: isWithholding ? SILENCE_MS : 0 });
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  sendToParent({ endpoint: `http://127.0.0.1:${port}` });
});
endWithParent();
