import { checkNames } from '../../lib/errors/checkNames.ts';
import { thrownBy } from '../support/thrownBy.ts';

const known: Readonly<Record<string, boolean>> = {
  maxInflightRecords: true,
  maxInflightBytes: true,
  lingerMs: true,
  recoveryRetries: true,
  flushTimeoutMs: true,
  streamPausedMaxWaitTimeMs: true,
  streams: true,
  backpressure: true,
  internal: false,
};

function messageFor(name: string): string {
  const error = thrownBy(() => checkNames('toZerobus', { [name]: 1 }, known, { paused: 'backpressure' }));
  expect(error).toEqual(jasmine.objectContaining({ code: 'INVALID_OPTIONS', isRetryable: false }));
  return (error as Error).message;
}

describe('The check of option names', () => {
  it('accepts known names, whatever their values', () => {
    expect(() => checkNames('toZerobus', {}, known)).not.toThrow();
    expect(() => checkNames('toZerobus', { lingerMs: undefined, backpressure: 1 }, known)).not.toThrow();
  });

  const suggestions: readonly (readonly [given: string, suggested: string])[] = [
    ['maxInflight', 'maxInflightRecords'],
    ['maxInFlightRecords', 'maxInflightRecords'],
    ['max_inflight_bytes', 'maxInflightBytes'],
    ['maxInflightRequests', 'maxInflightRecords'],
    ['MaxInflightByte', 'maxInflightBytes'],
    ['linger', 'lingerMs'],
    ['lingerMillis', 'lingerMs'],
    ['retries', 'recoveryRetries'],
    ['recoveryRetires', 'recoveryRetries'],
    ['flushTimeoutMS', 'flushTimeoutMs'],
    ['flushTimeoutMsec', 'flushTimeoutMs'],
    ['backPresure', 'backpressure'],
    ['paused', 'backpressure'],
    ['stream', 'streams'],
    ['streamPaused', 'streamPausedMaxWaitTimeMs'],
  ];
  for (const [given, suggested] of suggestions) {
    it(`suggests ${suggested} for ${given}`, () => {
      expect(messageFor(given)).toBe(`toZerobus has no option ${given}: use ${suggested}.`);
    });
  }

  it('accepts an internal name without showing it', () => {
    expect(() => checkNames('toZerobus', { internal: 1 }, known)).not.toThrow();
    expect(messageFor('internals')).not.toContain('internal,');
    expect(messageFor('intern')).toContain('omit it');
  });

  it('lists the known names if none is near', () => {
    const list = Object.keys(known)
      .filter((name) => known[name])
      .join(', ');
    expect(messageFor('zzz')).toBe(`toZerobus has no option zzz: omit it. Its options are ${list}.`);
    expect(messageFor('toString')).toBe(`toZerobus has no option toString: omit it. Its options are ${list}.`);
    expect(messageFor('__proto')).toContain('no option __proto:');
  });

  it('shortens a long name and refuses what is not an object', () => {
    expect(messageFor('x'.repeat(1000)).length).toBeLessThan(300);
    for (const options of [null, 'text', 5, undefined] as unknown as readonly object[]) {
      expect(() => checkNames('toZerobus', options, known)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: 'The options of toZerobus must be an object.' }),
      );
    }
  });
});
