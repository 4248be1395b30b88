import { filter, map } from 'rxjs';
import { allFaultKinds } from '../../lib/testing/simulation/plan/faultKinds.ts';
import { type SimulateOptions, simulate } from '../../lib/testing/simulation/simulate.ts';
import { SimulationError } from '../../lib/testing/simulation/simulationError.ts';
import { throughZerobus } from '../../operators/throughZerobus.ts';
import { toZerobus } from '../../operators/toZerobus.ts';
import { thrownBy } from '../support/thrownBy.ts';

const TABLE = 'main.iot.readings';

const pipeline: SimulateOptions['pipeline'] = (readings, options) =>
  readings.pipe(
    filter(({ key }) => key !== 1),
    map(({ id, key }) => ({ id, device: `d${key}` })),
    toZerobus(TABLE, options),
  );

describe('simulate', () => {
  it('runs a pipeline of the user', () => {
    const reports = Array.from({ length: 300 }, (_, seed) => simulate({ seed, pipeline }));
    const ends = new Set(reports.map(({ end }) => end));
    expect(ends).toEqual(new Set(['completed', 'errored', 'unsubscribed'] as const));
    expect(reports.some(({ emitted, stored }) => stored.length > 0 && stored.length < emitted.length)).toBeTrue();
  });

  it('lets users check what they rely on: what is acknowledged is in the table', () => {
    for (let seed = 0; seed < 300; seed++) {
      const acknowledged: number[] = [];
      simulate({
        seed,
        pipeline: (readings, options) =>
          readings.pipe(
            throughZerobus(TABLE, options),
            map(({ id }) => acknowledged.push(id)),
          ),
        check: ({ stored }) => {
          expect(acknowledged.filter((id) => !stored.includes(id))).toEqual([]);
        },
      });
    }
  });

  it('has the same trace for the same seed', () => {
    for (let seed = 0; seed < 200; seed++) {
      const [first, second] = [simulate({ seed, pipeline }), simulate({ seed, pipeline })];
      expect(first.trace.join('\n')).toBe(second.trace.join('\n'));
    }
  });

  it('has other faults with another seed', () => {
    const traces = new Set(Array.from({ length: 100 }, (_, seed) => simulate({ seed, pipeline }).trace.join('\n')));
    expect(traces.size).toBeGreaterThan(80);
  });

  const check: NonNullable<SimulateOptions['check']> = ({ stored }) => {
    if (stored.includes(2)) {
      throw new Error('Record 2 is stored.');
    }
  };
  const failing = Array.from({ length: 100 }, (_, seed) => seed).find((seed) =>
    simulate({ seed, pipeline: (readings, options) => readings.pipe(toZerobus(TABLE, options)) }).stored.includes(2),
  );
  const failure = (): SimulationError =>
    thrownBy(() =>
      simulate({
        seed: failing ?? 0,
        pipeline: (readings, options) => readings.pipe(toZerobus(TABLE, options)),
        check,
      }),
    ) as SimulationError;

  it('throws an error with the seed, a line that runs it again, and a trace', () => {
    const error = failure();
    expect(error).toBeInstanceOf(SimulationError);
    expect(error.seed).toBe(failing as number);
    expect(error.invariant).toBe('pipeline');
    expect(error.message).toContain('Record 2 is stored.');
    expect(error.message).toContain(`simulate({ "seed":${failing},"records":3,`);
    expect(error.trace.at(-1)).toContain('BROKEN pipeline: Record 2 is stored.');
  });

  it('leaves out of the trace what the failure does not need', () => {
    const { trace, reduction } = failure();
    expect(trace.filter((line) => /the source emits/.test(line))).toHaveSize(3);
    expect(trace.filter((line) => /fault/.test(line))).toEqual([]);
    expect(reduction.records).toBe(3);
  });

  it('runs what is left of a seed in the same way', () => {
    const { seed, reduction, trace } = failure();
    const again = thrownBy(() =>
      simulate({
        seed,
        ...reduction,
        pipeline: (readings, options) => readings.pipe(toZerobus(TABLE, options)),
        check,
      }),
    ) as SimulationError;
    expect(again.trace).toEqual(trace);
  });

  it('can leave out all faults', () => {
    const { trace } = simulate({ seed: 3, without: allFaultKinds, pipeline });
    expect(trace.filter((line) => /fault/.test(line))).toEqual([]);
  });
});
