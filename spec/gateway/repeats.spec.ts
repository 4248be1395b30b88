import { gatewayWorld, inFlight, PageClient, post, range } from '../support/gatewayWorld.ts';
import { nextTurn } from '../support/promises.ts';

describe('Repeats at a gateway', () => {
  const suite = gatewayWorld();

  it('are not written again', async () => {
    const { gateway, url } = await suite.world.open();
    const page = new PageClient();
    await page.send(url, 1, range(1, 4));
    const answer = await page.send(url, 1, range(1, 6));
    expect([answer.status, answer.durable]).toEqual([200, 6]);
    expect((await post(url, page.body(5, [5, 6]).replace(page.id, page.id.toUpperCase()))).status).toBe(200);
    expect(gateway.stats.repeatedEvents).toBe(6);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 6));
  });

  it('that come at the same time wait for the same rows', async () => {
    const { gateway, url } = await suite.world.open();
    const page = new PageClient();
    const answers = await Promise.all(range(1, 8).map((last) => page.send(url, 1, range(1, last))));
    expect(answers.map(({ status, durable }) => [status, durable])).toEqual(range(1, 8).map((last) => [200, last]));
    expect(gateway.stats.durableEvents).toBe(8);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 8));
  });

  it('do not hide events before those of a beacon', async () => {
    const { url } = await suite.world.open();
    const page = new PageClient();
    await page.send(url, 1, range(1, 7));
    // What the page sends when it is hidden, with 8 and 9 still on their way.
    await page.send(url, 8, range(10, 12));
    await page.send(url, 8, [15]);
    expect((await page.send(url, 8, range(8, 16))).durable).toBe(16);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 16));
  });

  it('are known up to what the client keeps', async () => {
    const { url } = await suite.world.open();
    const page = new PageClient();
    await page.send(url, 5, [5]);
    await page.send(url, 9, [9]);
    // A request that was overtaken: the client is done with its events.
    expect((await page.send(url, 6, range(6, 10))).durable).toBe(10);
    expect(await suite.world.stored(page.id)).toEqual([5, 9, 10]);
  });

  it('of a refused event are refused alike', async () => {
    const { gateway, url } = await suite.world.open({
      row: ({ kind }, { client, sequence }) => ({ client, sequence, kind: kind?.toUpperCase() }),
    });
    const page = new PageClient();
    const event = (sequence: number): unknown => ({ kind: sequence === 2 ? 7 : 'a' });
    const first = await page.send(url, 1, range(1, 3), event);
    const second = await page.send(url, 1, range(1, 3), event);
    expect(first.refused).toEqual([
      { sequence: 2, code: 'INVALID_RECORD', message: 'The row of the event could not be made.' },
    ]);
    expect(second.refused).toEqual(first.refused);
    expect(gateway.stats.refusedEvents).toBe(1);
    expect(await suite.world.stored(page.id)).toEqual([1, 3]);
  });

  it('do not take memory without bound', async () => {
    const { gateway, url } = await suite.world.open();
    const page = new PageClient();
    const odd = range(0, 998).map((index) => 2 * index + 3);
    expect((await page.send(url, 1, odd)).status).toBe(200);
    expect((await page.send(url, 1, [3001, 3003])).status).toBe(503);
    expect((await page.send(url, 1, range(1, 2000))).status).toBe(200);
    expect((await page.send(url, 1, [3001, 3003])).status).toBe(200);
    expect(gateway.stats.durableEvents).toBe(2002);
  });

  it('leave room for what a page sends in order, although it has gaps, is repeated, and beacons have taken room', async () => {
    const { url } = await suite.world.open();
    const page = new PageClient();
    // An overflow that drops the newest leaves gaps.
    const odd = range(0, 2499).map((index) => 2 * index + 1);
    const [oldest, next, newest] = [odd.slice(0, 500), odd.slice(500, 1000), odd.slice(1500)];
    expect((await page.send(url, 1, newest.slice(0, 500))).status).toBe(200);
    expect((await page.send(url, 1, newest.slice(500))).status).toBe(200);
    expect((await page.send(url, 1, oldest)).status).toBe(200);
    expect((await page.send(url, 1, oldest)).status).toBe(200);
    expect((await page.send(url, 1001, next)).status).toBe(200);
    expect(await suite.world.stored(page.id)).toEqual([...oldest, ...next, ...newest]);
  });

  it('are forgotten with the client that has not sent for the longest time, but none in flight', async () => {
    const { gateway, url } = await suite.world.open({
      maxClients: 2,
      row: ({ kind }, { client, sequence }) => {
        if (kind === 'wrong') {
          throw new Error('no row');
        }
        return { client, sequence };
      },
    });
    const [first, second, third] = [new PageClient(), new PageClient(), new PageClient()];
    const sendWrong = (page: PageClient): Promise<unknown> => page.send(url, 1, [1], () => ({ kind: 'wrong' }));
    suite.world.holdAcks();
    const waiting = [first.send(url, 1, [1])];
    await inFlight(gateway, 1);
    await sendWrong(second);
    await sendWrong(third);
    expect(gateway.stats.clients).toBe(2);
    waiting.push(first.send(url, 1, [1]));
    while (gateway.stats.repeatedEvents < 1) {
      await nextTurn();
    }
    suite.world.sendAcks();
    expect((await Promise.all(waiting)).map(({ status }) => status)).toEqual([200, 200]);
    await sendWrong(third);
    await sendWrong(second);
    expect(gateway.stats).toEqual(jasmine.objectContaining({ repeatedEvents: 2, refusedEvents: 3, durableEvents: 1 }));
  });

  it('find no room while all clients have something on its way', async () => {
    const { gateway, url } = await suite.world.open({ maxClients: 1 });
    suite.world.holdAcks();
    const waiting = new PageClient().send(url, 1, [1]);
    await inFlight(gateway, 1);
    expect((await new PageClient().send(url, 1, [1])).code).toBe('WINDOW_FULL');
    suite.world.sendAcks();
    expect((await waiting).status).toBe(200);
  });
});
