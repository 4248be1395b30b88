import { lastValueFrom, toArray } from 'rxjs';
import { gatewayWorld, inFlight, PageClient, range } from '../support/gatewayWorld.ts';
import { nextTurn, rejectionOf } from '../support/promises.ts';

describe('The drain of a gateway', () => {
  const suite = gatewayWorld();

  it('answers what is in flight, and nothing new', async () => {
    const { zerobus } = suite.world;
    const { gateway, url } = await suite.world.open();
    const states = lastValueFrom(gateway.state$.pipe(toArray()));
    const page = new PageClient();
    await page.send(url, 1, [1]);
    zerobus.faults.delayAcks({ delayMs: 200 });
    const waiting = page.send(url, 2, range(2, 5));
    await zerobus.activity.until(() => gateway.stats.inflightEvents === 4);
    const drained = gateway.drain();
    const late = await page.send(url, 2, range(2, 6));
    expect([late.status, late.code, late.headers.get('retry-after')]).toEqual([503, 'DRAINING', '1']);
    expect(late.headers.get('connection')).toBe('close');
    await drained;
    expect((await waiting).status).toBe(200);
    expect(gateway.drain()).toBe(drained);
    expect((await page.send(url, 6, [6])).code).toBe('DRAINING');
    expect(gateway.stats).toEqual(jasmine.objectContaining({ state: 'closed', pendingRequests: 0, inflightEvents: 0 }));
    expect(await states).toEqual(['recovering', 'open', 'draining', 'closed']);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 5));
  });

  it('ends requests whose events have not been taken in', async () => {
    const { gateway, url } = await suite.world.open({ authenticate: () => new Promise(() => {}) });
    const waiting = new PageClient().send(url, 1, [1]);
    while (gateway.stats.pendingRequests === 0) {
      await nextTurn();
    }
    await gateway.drain();
    expect((await waiting).code).toBe('DRAINING');
  });

  it('ends at its deadline, with the rows that are not durable', async () => {
    const { gateway, url } = await suite.world.open();
    suite.world.zerobus.faults.dropAcks();
    const waiting = new PageClient().send(url, 1, [1, 2]);
    await inFlight(gateway, 2);
    const error = await rejectionOf(gateway.drain(20));
    expect(error.code).toBe('FLUSH_TIMEOUT');
    expect(error.unacked).toHaveSize(2);
    expect((await waiting).code).toBe('DRAINING');
    expect(gateway.stats.state).toBe('failed');
    expect(gateway.failure).toBe(error);
  });

  it('is what await using does', async () => {
    const gateway = suite.world.gateway();
    await gateway[Symbol.asyncDispose]();
    expect(gateway.stats.state).toBe('closed');
  });
});

describe('The failure of a gateway', () => {
  const suite = gatewayWorld();

  it('is a state, and the answer to all requests', async () => {
    const { zerobus } = suite.world;
    const { gateway, url } = await suite.world.open({ recoveryRetries: 0 });
    const states = lastValueFrom(gateway.state$.pipe(toArray()));
    const page = new PageClient();
    await page.send(url, 1, [1]);
    zerobus.faults.dropAcks();
    const waiting = page.send(url, 2, [2, 3]);
    await inFlight(gateway, 2);
    zerobus.faults.cutConnections();
    const answers = [await waiting, await page.send(url, 2, [2, 3])];
    expect(answers.map(({ status, code }) => [status, code])).toEqual([
      [503, 'STREAM_FAILED'],
      [503, 'STREAM_FAILED'],
    ]);
    expect(answers[0]?.headers.get('retry-after')).toBe('5');
    expect((await states).at(-1)).toBe('failed');
    expect(gateway.failure?.unacked).toHaveSize(2);
    expect(await rejectionOf(gateway.drain())).toBe(gateway.failure as never);
  });

  it('comes about by its signal, too', async () => {
    const abort = new AbortController();
    const { gateway, url } = await suite.world.open({ signal: abort.signal });
    const page = new PageClient();
    await page.send(url, 1, [1]);
    abort.abort();
    expect((await page.send(url, 2, [2])).code).toBe('STREAM_FAILED');
    expect(gateway.failure?.code).toBe('CANCELLED');
    const { gateway: never } = await suite.world.open({ signal: abort.signal });
    expect(never.stats.state).toBe('failed');
  });

  it('does not come about by a broken connection, after which rows are sent again', async () => {
    const { zerobus } = suite.world;
    const { gateway, url } = await suite.world.open();
    const page = new PageClient();
    await page.send(url, 1, [1]);
    zerobus.faults.dropAcks();
    const waiting = page.send(url, 2, [2, 3]);
    await inFlight(gateway, 2);
    zerobus.faults.clear();
    zerobus.faults.cutConnections();
    expect((await waiting).status).toBe(200);
    expect(gateway.stats.state).toBe('open');
    expect(new Set(await suite.world.stored(page.id))).toEqual(new Set([1, 2, 3]));
  });
});
