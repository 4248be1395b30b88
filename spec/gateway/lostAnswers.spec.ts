import fc from 'fast-check';
import { gatewayWorld, PageClient, range } from '../support/gatewayWorld.ts';

/** What a page does next: tracks events, sends all that it keeps, or sends the newest as a beacon. */
const step = fc.record({
  tracked: fc.integer({ min: 1, max: 4 }),
  kind: fc.constantFrom('request', 'lost', 'beacon', 'both'),
});

describe('Whatever is lost between a page and a gateway', () => {
  const suite = gatewayWorld();

  it('each event is in the table once', async () => {
    const { url } = await suite.world.open({ maxRequestsPerMinute: 10_000 });
    const property = fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const page = new PageClient();
      let [kept, last] = [1, 0];
      const send = async (): Promise<void> => {
        const answer = await page.send(url, kept, range(kept, last));
        expect(answer.durable).toBe(last);
      };
      for (const { tracked, kind } of [...steps, { tracked: 1, kind: 'request' }]) {
        last += tracked;
        const beacon = (): Promise<unknown> => page.send(url, kept, range(last - tracked + 1, last));
        if (kind === 'beacon') {
          await beacon();
        } else if (kind === 'both') {
          await Promise.all([beacon(), send(), beacon()]);
          kept = last + 1;
        } else {
          await send();
          kept = kind === 'lost' ? kept : last + 1;
        }
      }
      expect(await suite.world.stored(page.id)).toEqual(range(1, last));
    });
    await fc.assert(property, { numRuns: 8 });
  });
});
