import fc from 'fast-check';
import { parseDate, parseTimestamp } from '../../../lib/cli/conversion/parseTime.ts';

describe('Times as text', () => {
  it('are what Date says', () => {
    const dates = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
    fc.assert(
      fc.property(dates, fc.integer({ min: 0, max: 999 }), (date, micros) => {
        const text = date.toISOString();
        expect(parseDate(text.slice(0, 10))).toBe(Math.floor(date.getTime() / 86_400_000));
        const precise = text.replace('Z', `${`${micros}`.padStart(3, '0')}Z`);
        expect(parseTimestamp(precise)).toBe(BigInt(date.getTime()) * 1000n + BigInt(micros));
        expect(parseTimestamp(precise.replace('T', ' ').replace('Z', '+05:30'))).toBe(
          BigInt(date.getTime() - 19_800_000) * 1000n + BigInt(micros),
        );
      }),
      { numRuns: 200 },
    );
  });

  it('have forms that other programs write', () => {
    const noon = BigInt(Date.UTC(2026, 0, 31, 12)) * 1000n;
    const forms = [
      '2026-01-31T12:00Z',
      '2026-01-31 12:00:00',
      '2026-01-31t13:00:00.000+01',
      '2026-01-31T04:00:00-0800',
    ];
    expect(forms.map(parseTimestamp)).toEqual(forms.map(() => noon));
    expect(parseTimestamp('2026-01-31 12:00:00.1 UTC')).toBeUndefined();
    expect(parseTimestamp('2026-01-31T12:00:00.123456000Z')).toBe(noon + 123_456n);
    expect(parseTimestamp('2026-01-31')).toBe(noon - 43_200_000_000n);
  });

  it('are refused if they would be another time', () => {
    const dates = ['', '2026-02-29', '2026-13-01', '2026-00-10', '26-01-01', '2026-1-1', ' 2026-01-01', '2026-01-01x'];
    expect(dates.map(parseDate)).toEqual(dates.map(() => undefined));
    const times = [
      ...['2026-02-29T00:00Z', '2026-01-01T24:00Z', '2026-01-01T00:60Z', '2026-01-01T00:00:60Z', '2026-01-01T00Z'],
      ...['2026-01-01T00:00:00.1234567Z', '2026-01-01T00:00+19:00', '2026-01-01T00:00+01:60', 'now'],
    ];
    expect(times.map(parseTimestamp)).toEqual(times.map(() => undefined));
  });
});
