import { gatewayWorld, inFlight, PageClient, post, range } from '../support/gatewayWorld.ts';

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

  it('answers with 401 if the request is not authenticated, whatever authenticate does', async () => {
    const failures: unknown[] = [];
    const { url } = await suite.world.open({
      failed: (error) => failures.push(error),
      authenticate: async ({ headers: { authorization } }) => {
        if (authorization === 'broken') {
          throw new Error('the key is wrong: s3cret');
        }
        return { none: undefined, null: null, false: false, ann: 'Ann' }[authorization ?? 'none'];
      },
      row: (_, { client, sequence, identity }) => ({ client, sequence, account: `${identity}` }),
    });
    const page = new PageClient();
    const body = page.body(1, [1]);
    for (const authorization of ['none', 'null', 'false', 'broken']) {
      const answer = await post(url, body, { headers: { authorization } });
      expect([answer.status, answer.code]).withContext(authorization).toEqual([401, 'UNAUTHENTICATED']);
      expect(JSON.stringify(answer)).not.toContain('s3cret');
    }
    expect(failures.map(String)).toEqual(['Error: the key is wrong: s3cret']);
    expect((await post(url, body, { headers: { authorization: 'ann' } })).status).toBe(200);
    expect(await suite.world.rows(page.id)).toEqual([[1, null, 'Ann']]);
  });

  it('answers with 403 if the client does not belong to the identity', async () => {
    const [own, other] = [new PageClient(), new PageClient()];
    const { url } = await suite.world.open({
      authenticate: () => own.id,
      authorize: async ({ client, identity }) => client === identity,
    });
    const answer = await other.send(url, 1, [1]);
    expect([answer.status, answer.code]).toEqual([403, 'CLIENT_NOT_ALLOWED']);
    expect((await own.send(url, 1, [1])).status).toBe(200);
    expect(await suite.world.stored(other.id)).toEqual([]);
  });

  it('answers with 405 to other methods', async () => {
    const { url } = await suite.world.open();
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const { status, headers } = await fetch(url, { method });
      expect([status, headers.get('allow')])
        .withContext(method)
        .toEqual([405, 'POST, OPTIONS']);
    }
  });

  it('answers with 413 to a request of too many bytes or events, so that the client halves it', async () => {
    const { gateway, url } = await suite.world.open({ maxRequestBytes: 200_000 });
    const page = new PageClient();
    const long = page.body(1, range(1, 2000), () => ({ kind: 'x'.repeat(100) }));
    const chunked = { body: new Blob([long]).stream(), duplex: 'half' } as RequestInit;
    for (const answer of [await post(url, long), await post(url, long, chunked)]) {
      expect([answer.status, answer.code]).toEqual([413, 'REQUEST_TOO_LARGE']);
    }
    expect((await page.send(url, 1, range(1, 10_001), () => 1)).status).toBe(413);
    expect(gateway.stats.pendingBytes).toBe(0);
    expect(await suite.world.stored(page.id)).toEqual([]);
    expect((await page.send(url, 1, range(1, 1000), () => ({ kind: 'x'.repeat(100) }))).status).toBe(200);
  });

  it('answers with 429 to more requests than a client may make, and says how long to wait', async () => {
    const { url } = await suite.world.open({ maxRequestsPerMinute: 2 });
    const [page, other] = [new PageClient(), new PageClient()];
    const statuses = [];
    for (const sequence of range(1, 2)) {
      statuses.push((await page.send(url, sequence, [sequence])).status);
    }
    const { status, code, headers } = await page.send(url, 3, [3]);
    expect([...statuses, status, code]).toEqual([200, 200, 429, 'TOO_MANY_REQUESTS']);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect(Number(headers.get('retry-after'))).toBeLessThanOrEqual(30);
    expect((await other.send(url, 1, [1])).status).toBe(200);
    expect(await suite.world.stored(page.id)).toEqual([1, 2]);
  });

  it('answers with 503 while the window is full', async () => {
    const { gateway, url } = await suite.world.open({ maxInflightRecords: 2 });
    const [page, other] = [new PageClient(), new PageClient()];
    suite.world.holdAcks();
    const first = page.send(url, 1, [1, 2]);
    await inFlight(gateway, 2);
    const full = await other.send(url, 1, [1]);
    expect([full.status, full.code, full.headers.get('retry-after')]).toEqual([503, 'WINDOW_FULL', '1']);
    suite.world.sendAcks();
    expect((await first).status).toBe(200);
    expect(gateway.stats.hasRoom).toBe(true);
    expect((await other.send(url, 1, [1])).status).toBe(200);
    expect(await suite.world.stored(other.id)).toEqual([1]);
  });

  it('answers with 503 if rows are not durable in time, and a repeat waits for the same rows', async () => {
    const { zerobus } = suite.world;
    const { gateway, url } = await suite.world.open({ answerTimeoutMs: 100 });
    zerobus.faults.delayAcks({ delayMs: 800 });
    const page = new PageClient();
    const answers = [await page.send(url, 1, [1, 2])];
    expect([answers[0]?.status, answers[0]?.code]).toEqual([503, 'ANSWER_TIMEOUT']);
    while (answers.at(-1)?.status === 503) {
      answers.push(await page.send(url, 1, [1, 2]));
    }
    expect(answers.at(-1)?.status).toBe(200);
    expect(gateway.stats.repeatedEvents).toBe(2 * (answers.length - 1));
    expect(await suite.world.stored(page.id)).toEqual([1, 2]);
  });

  it('answers with 503 if authenticate takes too long', async () => {
    const { gateway, url } = await suite.world.open({ answerTimeoutMs: 20, authenticate: () => new Promise(() => {}) });
    expect((await new PageClient().send(url, 1, [1])).status).toBe(503);
    expect(gateway.stats.pendingRequests).toBe(0);
  });
});
