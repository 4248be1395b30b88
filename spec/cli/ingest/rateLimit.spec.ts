import { VirtualTimeScheduler } from 'rxjs';
import { Brake } from '../../../lib/cli/ingest/brake.ts';
import { RateLimit } from '../../../lib/cli/ingest/rateLimit.ts';

describe('RateLimit', () => {
  for (const perSecond of [1, 30, 5000]) {
    it(`lets ${perSecond} records through in a second`, () => {
      const scheduler = new VirtualTimeScheduler();
      const brake = new Brake();
      const limit = new RateLimit(perSecond, brake, scheduler);
      let count = 0;
      const read = brake.paused$.subscribe(() => {
        while (!brake.paused$.value && count < 10 * perSecond) {
          count++;
          limit.take();
        }
      });
      const ticks = limit.start();
      scheduler.schedule(() => ticks.unsubscribe(), 4990);
      scheduler.flush();
      read.unsubscribe();
      expect(count).toBeGreaterThanOrEqual(4.5 * perSecond);
      expect(count).toBeLessThanOrEqual(5 * perSecond + 1);
    });
  }

  it('saves a tenth of a second at most', () => {
    const scheduler = new VirtualTimeScheduler();
    const brake = new Brake();
    const limit = new RateLimit(100, brake, scheduler);
    const ticks = limit.start();
    scheduler.schedule(() => ticks.unsubscribe(), 10_000);
    scheduler.flush();
    let count = 0;
    while (!brake.paused$.value) {
      count++;
      limit.take();
    }
    expect(count).toBe(10);
  });
});
