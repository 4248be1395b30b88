import { Subject } from 'rxjs';
import { numbers, records, world } from '../support/toZerobusWorld.ts';

describe('toZerobus, backpressure', () => {
  it('says when half of what may be in flight is reached, and when it is down to a quarter', () => {
    world(({ hot, server, ingest, flush, expectObservable }) => {
      const backpressure = new Subject<boolean>();
      const told: string[] = [];
      backpressure.subscribe((isPaused) => told.push(`${isPaused}`));
      const operator = ingest([server('o--------01--23-4|')], { maxInflightRecords: 8, backpressure });
      expectObservable(operator(hot('-abcd--------(e|)', records))).toBe('---------01--23-4|', numbers);
      flush();
      expect(told).toEqual(['true', 'false']);
    });
  });
});
