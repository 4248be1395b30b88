import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./programs/unsubscribe.js', import.meta.url));

describe('Unsubscribing leaves nothing that keeps a process alive', () => {
  for (const point of [
    'while the token is fetched',
    'while it connects',
    'while TLS is agreed on',
    'while TLS is agreed on for the token',
    'while HTTP/2 is agreed on over TLS',
    'while a proxy opens the tunnel',
    'while a proxy opens the tunnel for the token',
    'while TLS is agreed on with a proxy',
    'while TLS is agreed on through a proxy',
    'while HTTP/2 is agreed on through a proxy',
    'while it waits for an ack',
    'while it waits to reconnect',
    'while everything is durable',
  ]) {
    it(point, async () => {
      // The process ends by itself, or the time limit kills it and this rejects.
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, point], { timeout: 20_000 });
      expect([stdout, stderr]).toEqual(['closed\n', '']);
    });
  }
});
