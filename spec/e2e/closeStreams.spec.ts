import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./programs/closeStreams.js', import.meta.url));

describe('A ZerobusStream leaves nothing that keeps a process alive', () => {
  for (const way of [
    'after a close',
    'after a creation that was refused',
    'after a creation without an answer',
    'after a creation without a token',
    'after a failure, with waits of all kinds',
    'after a wait that timed out, and a close',
  ]) {
    it(way, async () => {
      // The process ends by itself, or the time limit kills it and this rejects.
      const { stdout, stderr } = await promisify(execFile)(process.execPath, [program, way], { timeout: 20_000 });
      expect([stdout, stderr]).toEqual(['closed\n', '']);
    });
  }
});
