import { gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';
import { nextTurn } from '../support/promises.ts';

describe('The option durableSequences of a gateway', () => {
  const suite = gatewayWorld();

  it('lets the next gateway know what an earlier one has written', async () => {
    const page = new PageClient();
    const earlier = await suite.world.open();
    await page.send(earlier.url, 1, range(1, 5));
    await page.send(earlier.url, 1, [8]);
    await earlier.gateway.drain();
    const asked: unknown[] = [];
    const { gateway, url } = await suite.world.open({
      durableSequences: async (client, from) => {
        asked.push([client, from]);
        return (await suite.world.stored(client)).filter((sequence) => sequence >= from).reverse();
      },
    });
    const answers = await Promise.all([page.send(url, 2, range(2, 9)), page.send(url, 2, range(2, 4))]);
    await page.send(url, 2, range(2, 10));
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(asked).toEqual([[page.id, 2]]);
    expect(gateway.stats.durableEvents).toBe(4);
    expect(await suite.world.stored(page.id)).toEqual(range(1, 10));
  });

  it('takes numbers as a query returns them', async () => {
    const page = new PageClient();
    const { url } = await suite.world.open({ durableSequences: () => new Set([1n, '2', 3]) });
    await page.send(url, 1, range(1, 4));
    expect(await suite.world.stored(page.id)).toEqual([4]);
  });

  it('is called again if it fails, and nothing is written before', async () => {
    const failures: unknown[] = [];
    const failsForBoth = async (): Promise<never> => {
      while (gateway.stats.pendingRequests < 2) {
        await nextTurn();
      }
      throw new Error('no warehouse');
    };
    const results = [failsForBoth, () => ['x'], () => [1]];
    const page = new PageClient();
    const { gateway, url } = await suite.world.open({
      durableSequences: () => results.shift()?.() ?? [],
      failed: (error) => {
        failures.push(error);
        throw error;
      },
    });
    const both = await Promise.all([page.send(url, 1, [1, 2]), page.send(url, 1, [1, 2])]);
    expect(both.map(({ code }) => code)).toEqual(['CLIENT_NOT_KNOWN', 'CLIENT_NOT_KNOWN']);
    expect(both[0]?.headers.get('retry-after')).toBe('1');
    expect((await page.send(url, 1, [1, 2])).status).toBe(503);
    expect(await suite.world.stored(page.id)).toEqual([]);
    expect((await page.send(url, 1, [1, 2])).status).toBe(200);
    expect(await suite.world.stored(page.id)).toEqual([2]);
    expect(failures.map(String)).toContain('Error: no warehouse');
    expect(results).toEqual([]);
  });
});
