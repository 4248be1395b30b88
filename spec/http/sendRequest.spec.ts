import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withoutProxies } from '../support/environment.ts';
import { type ReceivedRequest, reply, startTokenEndpoint } from '../support/tokenEndpoint.ts';

const program = fileURLToPath(new URL('../e2e/programs/poisonedAxios.js', import.meta.url));

/** Requests a token in a process of its own. Returns what it printed, and its last request. */
async function requestIn(
  time: 'never' | 'before' | 'after',
): Promise<{ readonly printed: string; readonly request: ReceivedRequest | undefined }> {
  await using endpoint = await startTokenEndpoint((response) => reply(response, 200, { access_token: 'token-1' }));
  const { stdout } = await promisify(execFile)(process.execPath, [program, endpoint.workspaceUrl, time], {
    env: withoutProxies(),
  });
  const request = endpoint.requests.at(-1);
  return { printed: stdout.trim(), request: request && { ...request, headers: { ...request.headers, host: '' } } };
}

describe('A request to the workspace', () => {
  for (const time of ['before', 'after'] as const) {
    it(`is the same if the application changes axios ${time} it is loaded`, async () => {
      const [expected, actual] = await Promise.all([requestIn('never'), requestIn(time)]);
      expect(expected.printed).toBe('token-1');
      expect(actual).toEqual(expected);
    });
  }
});
