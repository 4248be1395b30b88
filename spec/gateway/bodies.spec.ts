import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { collectGarbage } from '../support/collectGarbage.ts';
import { gatewayWorld, inFlight, PageClient, post, range } from '../support/gatewayWorld.ts';
import { nextTurn } from '../support/promises.ts';

describe('The body of a request to a gateway', () => {
  const suite = gatewayWorld();

  /** Opens a socket and sends the head of a request, and part of its body. */
  const sendPart = async (url: string, page: PageClient, length?: number): Promise<Socket> => {
    const body = page.body(1, [1]);
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    const head = `POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\n\r\n`;
    socket.write(head + body.slice(0, length));
    return socket;
  };

  it('may have been read by a parser in front, as text or bytes', async () => {
    const gateway = suite.world.gateway();
    const page = new PageClient();
    const parsers = {
      text: (body: Buffer) => ({ body: body.toString() }),
      bytes: (body: Buffer) => ({ body }),
      raw: (body: Buffer) => ({ body: { parsed: true }, rawBody: body }),
      json: (body: Buffer) => ({ body: { parsed: body.length } }),
    };
    const url = await suite.world.serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) {
        chunks.push(chunk);
      }
      const parse = parsers[request.url?.slice(1) as keyof typeof parsers];
      await gateway.handle(Object.assign(request, parse(Buffer.concat(chunks))), response);
    });
    for (const [index, parser] of ['text', 'bytes', 'raw'].entries()) {
      expect((await page.send(`${url}/${parser}`, index, [index])).status)
        .withContext(parser)
        .toBe(200);
    }
    const lost = await page.send(`${url}/json`, 3, [3]);
    expect([lost.status, lost.code]).toEqual([500, 'BODY_ALREADY_READ']);
    expect(await suite.world.stored(page.id)).toEqual([0, 1, 2]);
  });

  it('is read if a parser in front has not, and has left something else', async () => {
    const gateway = suite.world.gateway();
    const url = await suite.world.serve((request, response) =>
      gateway.handle(Object.assign(request, { body: {} }), response),
    );
    expect((await new PageClient().send(url, 1, [1])).status).toBe(200);
  });

  it('is checked for its size if a parser in front has read it', async () => {
    const gateway = suite.world.gateway({ maxRequestBytes: 100 });
    const body = new PageClient().body(1, [1], () => ({ kind: 'é'.repeat(50) }));
    const url = await suite.world.serve((request, response) =>
      gateway.handle(Object.assign(request, { body }), response),
    );
    expect((await post(url, '')).status).toBe(413);
  });

  it('must arrive in time, and the connection is closed if not', async () => {
    const { gateway, url } = await suite.world.open({ bodyTimeoutMs: 50 });
    const page = new PageClient();
    const socket = await sendPart(url, page, 10);
    const [answer] = await once(socket, 'data');
    expect(`${answer}`).toMatch(/^HTTP\/1\.1 503 [\s\S]*"code":"BODY_TIMEOUT"/);
    await once(socket, 'close');
    expect(gateway.stats).toEqual(jasmine.objectContaining({ pendingRequests: 0, pendingBytes: 0 }));
  });

  it('takes room only as far as it has arrived, and none after its client has gone away', async () => {
    const { gateway, url } = await suite.world.open();
    const socket = await sendPart(url, new PageClient(), 10);
    while (gateway.stats.pendingBytes === 0) {
      await nextTurn();
    }
    expect(gateway.stats.pendingBytes).toBe(10);
    socket.destroy();
    while (gateway.stats.pendingRequests > 0) {
      await nextTurn();
    }
    expect(gateway.stats).toEqual(jasmine.objectContaining({ pendingBytes: 0, failedRequests: 0 }));
  });

  it('takes no more memory than its bytes, however small its chunks are', async () => {
    const { gateway, url } = await suite.world.open();
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    socket.write(
      `POST / HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n`,
    );
    const count = 200_000;
    socket.write('1\r\nx\r\n'.repeat(count));
    while (gateway.stats.pendingBytes < count) {
      await nextTurn();
    }
    collectGarbage();
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(10 * count);
    socket.destroy();
  });

  it('finds no room while the bodies of others take it', async () => {
    const { gateway, url } = await suite.world.open({ maxPendingBytes: 300, maxRequestBytes: 300 });
    suite.world.holdAcks();
    const [page, other] = [new PageClient(), new PageClient()];
    const first = page.send(url, 1, range(1, 20));
    await inFlight(gateway, 20);
    expect((await other.send(url, 1, range(1, 20))).code).toBe('WINDOW_FULL');
    suite.world.sendAcks();
    expect((await first).status).toBe(200);
    expect((await other.send(url, 1, range(1, 20))).status).toBe(200);
  });

  it('is written to the end if its client goes away', async () => {
    const { gateway, url } = await suite.world.open();
    suite.world.holdAcks();
    const page = new PageClient();
    const socket = await sendPart(url, page);
    await inFlight(gateway, 1);
    socket.destroy();
    while (gateway.stats.pendingRequests > 0) {
      await nextTurn();
    }
    const waiting = page.send(url, 1, [1]);
    while (gateway.stats.repeatedEvents < 1) {
      await nextTurn();
    }
    suite.world.sendAcks();
    expect((await waiting).status).toBe(200);
    expect(gateway.stats).toEqual(jasmine.objectContaining({ answeredRequests: 1, durableEvents: 1 }));
  });

  it('may be hostile, which refuses the event alone', async () => {
    const { url } = await suite.world.open({
      row: (event, { client, sequence }) => ({ ...Object.assign({}, event), client, sequence }),
    });
    const page = new PageClient();
    const depth = 100_000;
    const lines = [
      '[1,{"kind":"a"}]',
      '[2,{"__proto__":{"kind":"b"}}]',
      '[3,{"kind":"c","\\u005f_pr\\u006fto__" :1}]',
      `[4,{"kind":${'['.repeat(depth)}${']'.repeat(depth)}}]`,
      '[5,{"kind":"\\ud800"}]',
      '[6,{"constructor":{"prototype":{"kind":"f"}}}]',
      '[7,{"toString":1}]',
      '[8,{"kind":{"__proto__":null}}]',
      '[9,{"kind":"\\"__proto__\\":"}]',
      '[10,null]',
      '[11,"text"]',
      '[12,{"kind":"x"}]',
    ];
    const { status, refused } = await post(url, `${page.body(1, [])}\n${lines.join('\n')}`);
    expect([status, refused?.map(({ sequence }) => sequence)]).toEqual([200, [2, 3, 4, 6, 7, 8, 11]]);
    expect(new Set(refused?.map(({ code }) => code))).toEqual(new Set(['INVALID_RECORD']));
    const kinds = [
      [1, 'a'],
      [5, '\ufffd'],
      [9, '"__proto__":'],
      [10, null],
      [12, 'x'],
    ];
    expect((await suite.world.rows(page.id)).map((row) => row.slice(0, 2))).toEqual(kinds);
    expect(({} as { kind?: unknown }).kind).toBeUndefined();
  });
});
