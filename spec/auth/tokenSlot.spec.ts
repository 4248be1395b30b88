import fc from 'fast-check';
import { TokenSlot } from '../../lib/auth/tokenSlot.ts';

const MINUTE_MS = 60_000;

describe('TokenSlot', () => {
  function slotWith(expiresInMs: number, requestedAtMs = 0, nowMs = requestedAtMs): TokenSlot {
    const slot = new TokenSlot();
    slot.install('t', { requestedAtMs, expiresInMs }, nowMs);
    return slot;
  }

  it('has nothing at first', () => {
    const slot = new TokenSlot();
    expect(slot.settled(0)).toBeUndefined();
    expect(slot.valid(0)).toBeUndefined();
  });

  it('needs a refresh five minutes before the token expires', () => {
    const slot = slotWith(60 * MINUTE_MS);
    expect(slot.settled(55 * MINUTE_MS - 1)).toBe('t');
    expect(slot.settled(55 * MINUTE_MS)).toBeUndefined();
    expect(slot.valid(60 * MINUTE_MS - 1)).toBe('t');
    expect(slot.valid(60 * MINUTE_MS)).toBeUndefined();
  });

  it('needs the refresh of a short-lived token at half of its lifetime', () => {
    const slot = slotWith(MINUTE_MS);
    expect(slot.settled(MINUTE_MS / 2 - 1)).toBe('t');
    expect(slot.settled(MINUTE_MS / 2)).toBeUndefined();
    expect(slot.valid(MINUTE_MS / 2)).toBe('t');
  });

  it('counts the lifetime from the request, not from the answer', () => {
    const slot = slotWith(MINUTE_MS, 0, 20_000);
    expect(slot.valid(MINUTE_MS - 1)).toBe('t');
    expect(slot.valid(MINUTE_MS)).toBeUndefined();
  });

  it('does not store a token that has expired on arrival', () => {
    const slot = slotWith(MINUTE_MS);
    expect(slot.install('dead', { requestedAtMs: 0, expiresInMs: 1000 }, 1000)).toBe(false);
    expect(slot.install('dead', { requestedAtMs: 0, expiresInMs: 0 }, 0)).toBe(false);
    expect(slot.install('dead', { requestedAtMs: 0, expiresInMs: -5 }, 0)).toBe(false);
    expect(slot.valid(0)).toBe('t');
  });

  it('is settled for five seconds after a failed refresh, but no longer than the token lives', () => {
    const slot = slotWith(10_000);
    slot.backOff(5_000);
    expect(slot.settled(9_999)).toBe('t');
    expect(slot.settled(10_000)).toBeUndefined();
    const long = slotWith(60 * MINUTE_MS);
    long.backOff(56 * MINUTE_MS);
    expect(long.settled(56 * MINUTE_MS + 4_999)).toBe('t');
    expect(long.settled(56 * MINUTE_MS + 5_000)).toBeUndefined();
  });

  it('drops a refused token, and only that one', () => {
    const slot = slotWith(MINUTE_MS);
    slot.install('t2', { requestedAtMs: 0, expiresInMs: MINUTE_MS }, 0);
    slot.invalidate('t');
    expect(slot.settled(0)).toBe('t2');
    slot.invalidate('t2');
    expect(slot.valid(0)).toBeUndefined();
  });

  it('never returns an expired token, in any order of events', () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant('install' as const),
        tookMs: fc.nat(2_000),
        expiresInMs: fc.integer({ min: -1, max: 5_000 }),
      }),
      fc.record({ kind: fc.constant('backOff' as const) }),
      fc.record({ kind: fc.constant('invalidate' as const), age: fc.nat(2) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.nat(3_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const slot = new TokenSlot();
        const deaths: number[] = [];
        const refused = new Set<string>();
        let nowMs = 10_000;
        for (const move of steps) {
          if (move.kind === 'wait') {
            nowMs += move.ms;
          } else if (move.kind === 'backOff') {
            slot.backOff(nowMs);
          } else if (move.kind === 'install') {
            const requestedAtMs = nowMs - move.tookMs;
            deaths.push(requestedAtMs + move.expiresInMs);
            slot.install(String(deaths.length - 1), { requestedAtMs, expiresInMs: move.expiresInMs }, nowMs);
          } else {
            const text = String(deaths.length - 1 - move.age);
            refused.add(text);
            slot.invalidate(text);
          }
          const valid = slot.valid(nowMs);
          const settled = slot.settled(nowMs);
          expect(settled === undefined || settled === valid).toBe(true);
          if (valid === undefined) {
            continue;
          }
          expect(deaths[Number(valid)]).toBeGreaterThan(nowMs);
          expect(refused.has(valid)).toBe(false);
        }
      }),
    );
  });
});
