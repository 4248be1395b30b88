import { Beacons } from '../../lib/browser/beacons.ts';
import { Settlement } from '../../lib/browser/settlement.ts';

describe('Settlement', () => {
  const open = () => {
    const said: unknown[] = [];
    const report = (event: unknown): unknown => said.push(event);
    return { settlement: new Settlement(new Beacons('/events', report), report), said };
  };
  const added = (client: string, first: number, count: number) => ({
    client,
    done: first - 1,
    first,
    count,
    dropped: 0,
  });

  it('settles what another tab has settled before this one knows that it is written', () => {
    const { settlement } = open();
    settlement.onProgress({ client: 'a', done: 5 }, []);
    settlement.onProgress({ client: 'a', done: 7 }, []);
    settlement.onWritten(['1', '2', '3'], added('a', 6, 3));
    expect(settlement.watermark).toBe(1);
    settlement.onProgress({ client: 'a', done: 8 }, []);
    expect([settlement.watermark, settlement.isComplete]).toEqual([2, true]);
  });

  it('never goes back', () => {
    const { settlement, said } = open();
    settlement.onProgress({ client: 'a', done: 5 }, []);
    settlement.onProgress({ client: 'a', done: 4 }, []);
    expect(settlement.progress).toEqual({ client: 'a', done: 5 });
    expect(said).toEqual([]);
  });

  it('keeps what was written for another client, whose predecessor is gone', () => {
    const { settlement, said } = open();
    settlement.onWritten(['1', '2'], added('a', 1, 2));
    settlement.onWritten(['3'], added('b', 1, 1));
    expect(said[1]).toEqual({ kind: 'dropped', count: 2, reason: 'cleared' });
    expect([settlement.watermark, settlement.isComplete]).toEqual([1, false]);
    settlement.onProgress({ client: 'b', done: 1 }, []);
    expect([settlement.watermark, settlement.isComplete]).toEqual([2, true]);
  });

  it('says which of its values was refused', () => {
    const { settlement, said } = open();
    settlement.pass(2);
    settlement.onWritten(['1', '2'], added('a', 10, 2));
    expect([settlement.has(11), settlement.has(12)]).toEqual([true, false]);
    settlement.onProgress({ client: 'a', done: 11 }, [{ sequence: 11, code: 'A', message: 'B' }]);
    expect(said).toContain({ kind: 'refused', code: 'A', message: 'B', sequence: 11, offset: 3 });
    expect(settlement.watermark).toBe(3);
  });
});
