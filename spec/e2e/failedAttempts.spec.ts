import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ATTEMPT_COUNT = 100;
const program = fileURLToPath(new URL('./programs/failedAttempts.js', import.meta.url));
const restarts = fileURLToPath(new URL('./programs/restarts.js', import.meta.url));

/** Groups of phases, with the number of connections that the server sees of each attempt. */
const groups: Record<string, Record<string, number>> = {
  'before or in HTTP/2': {
    refused: 0,
    'a name that is not found': 0,
    reset: 1,
    'reset after the first bytes': 1,
    FIN: 1,
    'an HTTP/1 answer': 1,
    'an HTTP/1 answer and FIN': 1,
    'garbage for HTTP/2': 1,
    'no answer in time': 1,
    'unsubscribed in HTTP/2': 1,
  },
  'in TLS': {
    'FIN in the TLS handshake': 1,
    'reset in the TLS handshake': 1,
    'garbage in the TLS handshake': 1,
    'an untrusted certificate': 1,
    'HTTP/1 over TLS': 1,
    'no answer in time to TLS': 1,
    'unsubscribed in the TLS handshake': 1,
  },
  'at a proxy': {
    'an unreachable proxy': 0,
    'a refused tunnel': 1,
    'FIN in the tunnel': 1,
    'garbage in the tunnel': 1,
    'a tunnel that breaks': 1,
    'unsubscribed in the tunnel': 1,
  },
  'at the token endpoint': {
    'a token refused': 0,
    'a token from a name that is not found': 0,
    'a token reset': 1,
    'a token without an answer in time': 1,
    'a token with FIN in the TLS handshake': 1,
    'a token with garbage in the TLS handshake': 1,
    'a token that is unsubscribed from': 1,
    'a token that is unsubscribed from in the TLS handshake': 1,
  },
};

describe(`${ATTEMPT_COUNT} failed attempts leave no descriptor, begin nothing later and let the process end`, () => {
  for (const [group, phases] of Object.entries(groups)) {
    it(`that end ${group}`, async () => {
      const args = [program, `${ATTEMPT_COUNT}`, ...Object.keys(phases)];
      // The process ends by itself, or the time limit kills it and this rejects.
      const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 28_000 });
      const expected = Object.entries(phases).map(([phase, connections]) => [
        phase,
        { connections: ATTEMPT_COUNT * connections, lateConnections: 0 },
      ]);
      expect([JSON.parse(stdout), stderr]).toEqual([{ leaked: 0, ...Object.fromEntries(expected) }, '']);
    });
  }
});

describe('30 restarts of a server under one stream', () => {
  it('leave no descriptor and let the process end', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [restarts, '30'], { timeout: 28_000 });
    expect([JSON.parse(stdout), stderr]).toEqual([{ leaked: 0 }, '']);
  });
});
