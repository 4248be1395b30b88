import { once } from 'node:events';
import { createServer, get, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { lastValueFrom, Subscription, toArray } from 'rxjs';
import { readTable } from 'zerobus-local';
import { accessLog } from '../../examples/accessLog/accessLog.ts';
import { ACCESS_TABLE, CREATE_ACCESS_TABLE } from '../../examples/accessLog/accessTable.ts';
import { pathOf } from '../../examples/accessLog/pathOf.ts';
import { type ServiceProcess, startService } from '../../examples/events/serviceProcess.ts';
import { reachThisMachineDirectly } from '../../examples/support/reachThisMachineDirectly.ts';
import { startServer } from '../support/startServer.ts';

async function listen(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('accessLog', () => {
  it('has each request, without what may hold secrets, and completes when the server has closed', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.method === 'POST' ? 201 : 200;
      if (request.url === '/endless') {
        response.write('x');
      } else {
        response.end('x'.repeat(5000));
      }
    });
    const rows = lastValueFrom(accessLog(server).pipe(toArray()));
    const url = await listen(server);
    await (await fetch(`${url}/login?token=secret#fragment`)).text();
    await (await fetch(url, { method: 'POST', body: 'x' })).text();
    const request = get(`${url}/endless`).on('error', () => {});
    await once(request, 'response');
    request.destroy();
    server.close();

    const [login, post, endless, ...others] = await rows;
    expect(login).toEqual(jasmine.objectContaining({ number: 0, method: 'GET', path: '/login', status: 200 }));
    expect(login?.bytes).toBeGreaterThan(5000);
    expect(login?.bytes).toBeLessThan(6000);
    expect(post).toEqual(jasmine.objectContaining({ number: 1, method: 'POST', path: '/', status: 201 }));
    expect(endless).toEqual(jasmine.objectContaining({ path: '/endless', is_complete: false }));
    expect([login?.is_complete, post?.is_complete]).toEqual([true, true]);
    expect(others).toEqual([]);
    expect(JSON.stringify([login, post, endless])).not.toContain('secret');
  });

  it('leaves nothing behind on the server when it is unsubscribed from', () => {
    const server = createServer();
    const before = server.eventNames().map((name) => [name, server.listenerCount(name)]);
    const subscription = accessLog(server).subscribe();
    expect(subscription).toBeInstanceOf(Subscription);
    subscription.unsubscribe();
    expect(server.eventNames().map((name) => [name, server.listenerCount(name)])).toEqual(before);
  });

  it('logs paths only', () => {
    const paths = {
      '/a/b?c=secret': '/a/b',
      '/a;session=secret': '/a',
      '/a#secret': '/a',
      '?secret': '/',
      'http://user:secret@host:80/a?b': '/a',
      'http://user:secret@host': '/',
      '*': '*',
      [`/${'x'.repeat(1000)}`]: `/${'x'.repeat(199)}`,
    };
    expect(Object.keys(paths).map(pathOf)).toEqual(Object.values(paths));
  });
});

describe('The recipe accessLog', () => {
  const running: ServiceProcess[] = [];
  afterEach(() => Promise.all(running.splice(0).map((service) => service.stop('SIGKILL'))));

  it('has what it calls durable in the table after a kill, and every request after SIGTERM', async () => {
    reachThisMachineDirectly();
    const { server, connection } = await startServer({ tables: [CREATE_ACCESS_TABLE] });
    await using _ = server;
    const path = fileURLToPath(new URL('../../examples/accessLog/main.js', import.meta.url));
    let durable = -1;
    const start = async (): Promise<ServiceProcess> => {
      const service = await startService(path, connection, ['--serve', '--port', '0'], (line) => {
        durable = Number(/^durable up to request (\d+)$/.exec(line)?.[1] ?? durable);
      });
      running.push(service);
      return service;
    };

    const first = await start();
    let made = 0;
    while (durable < 20) {
      await (await fetch(`${first.url}/?secret=${made}`)).text();
      made++;
    }
    expect(await first.stop('SIGKILL')).toBe('SIGKILL');
    const killedAt = durable;

    const second = await start();
    for (let n = 0; n < 20; n++) {
      await (await fetch(`${second.url}/second`)).text();
    }
    expect(await second.stop('SIGTERM')).toBe(0);

    await server.flush();
    const { rows } = await readTable(server.tablePath(ACCESS_TABLE), 'SELECT path, number FROM this ORDER BY 1, 2');
    const numbers = (wanted: string): readonly number[] =>
      rows.filter(([each]) => each === wanted).map(([, number]) => Number(number));
    expect(numbers('/second')).toEqual(Array.from({ length: 20 }, (_, n) => n));
    const killed = numbers('/');
    expect(killed).toEqual(Array.from({ length: killed.length }, (_, n) => n));
    expect(killed.length).toBeGreaterThan(killedAt);
    expect(killed.length).toBeLessThanOrEqual(made);
  }, 60_000);
});
