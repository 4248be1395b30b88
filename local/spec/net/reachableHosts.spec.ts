import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import { networkInterfaces } from 'node:os';
import { connect } from 'node:tls';
import { reachableHosts } from '../../lib/net/reachableHosts.ts';
import { startZerobusLocal } from '../../lib/startZerobusLocal.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';
import { CliProcess } from '../support/cliProcess.ts';

const hasIPv6 = Object.values(networkInterfaces()).some((list) => list?.some(({ family }) => family === 'IPv6'));

describe('The addresses of a server that listens on all of them', () => {
  const folder = useTemporaryDirectory();

  afterEach(() => CliProcess.killAll());

  for (const host of ['0.0.0.0', '0', '::', '0:0::0']) {
    const hosts = reachableHosts(host);
    it(`are ones that work: ${host}`, async () => {
      if (host.includes(':') && !hasIPv6) {
        pending('this machine has no IPv6');
      }
      await using server = await startZerobusLocal({ host, tls: true });
      expect(server.endpoint).toBe(`https://127.0.0.1:${server.port}`);
      expect(server.workspaceUrl).toBe(`https://127.0.0.1:${server.httpPort}`);
      for (const reachable of hosts) {
        const socket = connect({ host: reachable, port: server.port, ca: server.ca, ALPNProtocols: ['h2'] });
        await once(socket, 'secureConnect');
        expect(socket.authorized).withContext(reachable).toBeTrue();
        socket.destroy();
      }
      const response = await fetch(`${server.workspaceUrl}/health`).catch((error: Error) => error.cause);
      expect((response as { code?: string }).code).toBe('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
    });
  }

  it('are the given host if it is one', () => {
    for (const host of ['127.0.0.1', '::1', 'localhost', 'host.example', 'fe80::1%eth0']) {
      expect(reachableHosts(host)).toEqual([host]);
    }
  });

  it('are printed by the command, with a note that others can reach the server', async () => {
    const server = new CliProcess(['--data', folder(), '--port', '0', '--http-port', '0', '--host', '0.0.0.0']);
    const { port } = new URL(await server.listening());
    expect(server.stdout).not.toContain('0.0.0.0');
    expect(server.stdout).toContain(`gRPC (Zerobus)         http://127.0.0.1:${port}\n`);
    expect(server.stdout).toContain('Note: other machines can reach this server');
    const others = [...server.stdout.matchAll(/^From other machines {4}http:\/\/(\S+):(\d+) and http:\/\/\1:(\d+)$/gm)];
    expect(others.map(([, host]) => host)).toEqual(reachableHosts('0.0.0.0').slice(1));
    for (const [, host, ...ports] of others) {
      for (const printed of ports) {
        const socket = connectTcp(Number(printed), host);
        await once(socket, 'connect');
        socket.destroy();
      }
    }
    expect(others.every(([, , first]) => first === port)).toBeTrue();
  });
});
