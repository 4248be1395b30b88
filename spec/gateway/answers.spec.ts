import { gatewayWorld, PageClient, post, range } from '../support/gatewayWorld.ts';

describe('A gateway', () => {
  const suite = gatewayWorld();

  it('answers when the rows are durable', async () => {
    const { gateway, url } = await suite.world.open();
    const page = new PageClient();
    const answer = await page.send(url, 1, range(1, 3), (sequence) => ({ kind: `k${sequence}` }));
    expect([answer.status, answer.durable, answer.refused]).toEqual([200, 3, []]);
    expect(await suite.world.rows(page.id)).toEqual([
      [1, 'k1', null],
      [2, 'k2', null],
      [3, 'k3', null],
    ]);
    expect(gateway.stats).toEqual(
      jasmine.objectContaining({ state: 'open', durableEvents: 3, answeredRequests: 1, pendingBytes: 0 }),
    );
  });

  it('answers with 400 to what is not a request of events', async () => {
    const { url } = await suite.world.open();
    const page = new PageClient();
    const head = JSON.stringify({ version: 1, client: page.id, kept: 5 });
    const bodies = [
      '',
      '{}',
      'null',
      head,
      `${head}\n`,
      `${head}\n[5]`,
      `${head}\n[5,{}]\n\n[6,{}]`,
      `${head}\n[5,{}`,
      `${head}\n[4,{}]`,
      `${head}\n[6,{}]\n[6,{}]`,
      `${head}\n[7,{}]\n[6,{}]`,
      `${head}\n["5",{}]`,
      `${head}\n[5.5,{}]`,
      `${head}\n[9007199254740992,{}]`,
      `${head.replace('"version":1', '"version":2')}\n[5,{}]`,
      `${head.replace(page.id, 'me')}\n[5,{}]`,
      `${head.replace(page.id, `${page.id}'`)}\n[5,{}]`,
      `${head.replace('"kept":5', '"kept":-1')}\n[5,{}]`,
      Buffer.from(`${head}\n[5,"\u00e4"]`, 'latin1'),
    ];
    for (const body of bodies) {
      const { status, code } = await post(url, body);
      expect([status, code]).withContext(String(body)).toEqual([400, 'INVALID_REQUEST']);
    }
    const body = page.body(5, [5]);
    for (const headers of [{ 'Content-Type': 'application/json' }, { 'Content-Encoding': 'gzip' }]) {
      expect((await post(url, body, { headers })).status)
        .withContext(JSON.stringify(headers))
        .toBe(400);
    }
    expect((await post(url, body)).status).toBe(200);
    expect(await suite.world.stored(page.id)).toEqual([5]);
  });
});
