import { Pressure } from '../../lib/stream/pressure.ts';

const MEBIBYTE = 1024 * 1024;

describe('Pressure', () => {
  /** Returns the notifications for these loads in turn. */
  const told = (
    maxBatchBytes: number,
    loads: readonly { fill?: number; backlogBytes?: number }[],
  ): (boolean | undefined)[] => {
    let full = 0;
    const load = {
      reaches: (share: number) => full >= share,
      exceeds: (share: number) => full > share,
      backlogBytes: 0,
    };
    let change: boolean | undefined;
    const pressure = new Pressure(load, maxBatchBytes, (isHigh) => {
      change = isHigh;
    });
    return loads.map(({ fill = 0, backlogBytes = 0 }) => {
      change = undefined;
      full = fill;
      load.backlogBytes = backlogBytes;
      pressure.check();
      return change;
    });
  };

  it('is high from half of the limits on, and low again at a quarter', () => {
    const loads = [0, 0.49, 0.5, 0.9, 0.5, 0.26, 0.25, 0.49, 0.5].map((fill) => ({ fill }));
    expect(told(1000, loads)).toEqual([
      undefined,
      undefined,
      true,
      undefined,
      undefined,
      undefined,
      false,
      undefined,
      true,
    ]);
  });

  it('is high while a mebibyte waits for the connection, and low again at half of that', () => {
    const loads = [MEBIBYTE - 1, MEBIBYTE, MEBIBYTE / 2 + 1, MEBIBYTE / 2, MEBIBYTE].map((backlogBytes) => ({
      backlogBytes,
    }));
    expect(told(1000, loads)).toEqual([undefined, true, undefined, false, true]);
  });

  it('lets several batches wait if batches are large', () => {
    expect(
      told(MEBIBYTE, [{ backlogBytes: 3 * MEBIBYTE }, { backlogBytes: 4 * MEBIBYTE }, { backlogBytes: 2 * MEBIBYTE }]),
    ).toEqual([undefined, true, false]);
  });

  it('is low only if the load and the backlog are', () => {
    expect(
      told(1000, [{ fill: 0.6, backlogBytes: MEBIBYTE }, { fill: 0.1, backlogBytes: MEBIBYTE }, { fill: 0.3 }, {}]),
    ).toEqual([true, undefined, undefined, false]);
  });
});
