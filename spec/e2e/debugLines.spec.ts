import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const program = fileURLToPath(new URL('./programs/debugLines.js', import.meta.url));

async function stderrOf(nodeDebug: string): Promise<string> {
  const { stderr } = await promisify(execFile)(process.execPath, [program], {
    timeout: 30_000,
    env: { ...process.env, NODE_DEBUG: nodeDebug },
  });
  return stderr;
}

describe('NODE_DEBUG=rxjs-zerobus', () => {
  it('prints the events of each stream on stderr, without a secret or a record', async () => {
    const stderr = await stderrOf('rxjs-zerobus');
    const lines = stderr.trim().split('\n');
    for (const line of lines) {
      expect(line).toMatch(/^RXJS-ZEROBUS \d+: main\.iot\.readings #[12] \S/);
    }
    const words = lines.filter((line) => line.includes(' #1 ')).map((line) => line.split(' #1 ')[1] ?? '');
    expect(words[0]).toBe('connecting');
    expect(words[1]).toMatch(/^broken: UNAVAILABLE: /);
    expect(words[2]).toMatch(/^retry: attempt 1 in \d ms$/);
    expect(words[3]).toBe('connecting');
    expect(words[4]).toMatch(/^opened: stream \S+$/);
    expect(words.at(-2)).toBe('durable: up to offset 99');
    expect(words.at(-1)).toBe('closed: completed');
    expect(lines.at(-1)).toMatch(/ #2 closed: INVALID_\w+: The service refused a record/);
    for (const hidden of ['content-of-a-record', 'client-secret', 'Bearer', 'eyJ']) {
      expect(stderr).not.toContain(hidden);
    }
  });

  it('prints nothing without it', async () => {
    expect(await stderrOf('')).toBe('');
  });
});
