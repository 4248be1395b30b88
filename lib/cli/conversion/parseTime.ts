const date = /^(\d{4})-(\d\d)-(\d\d)$/;
const time = /^(\d{4}-\d\d-\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?$/i;
const DAY_MS = 86_400_000;

/** Returns the days since 1970-01-01 of a date such as `2026-01-31`, or `undefined` if it is none. */
export function parseDate(text: string): number | undefined {
  const [, year, month, day] = date.exec(text) ?? [];
  if (year === undefined) {
    return undefined;
  }
  const at = new Date(0);
  at.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A day such as February 30 becomes another one.
  return at.getUTCMonth() === Number(month) - 1 && at.getUTCDate() === Number(day) ? at.getTime() / DAY_MS : undefined;
}

/**
 * Returns the microseconds since 1970-01-01T00:00Z of a time such as `2026-01-31T12:00:00.5+01:00`, or `undefined` if
 * it is none. Without a zone it is UTC. A date alone is its midnight.
 */
export function parseTimestamp(text: string): bigint | undefined {
  const [, day = text, hours = '0', minutes = '0', seconds = '0', fraction = '', zone = 'Z'] = time.exec(text) ?? [];
  const days = parseDate(day);
  const digits = fraction.padEnd(9, '0');
  const isInRange = Number(hours) < 24 && Number(minutes) < 60 && Number(seconds) < 60;
  const offset = zoneMinutes(zone);
  // A fraction of a microsecond would be lost.
  if (days === undefined || !isInRange || offset === undefined || !digits.endsWith('000')) {
    return undefined;
  }
  const inSeconds = ((days * 24 + Number(hours)) * 60 + Number(minutes) - offset) * 60 + Number(seconds);
  return BigInt(inSeconds) * 1_000_000n + BigInt(digits.slice(0, 6));
}

function zoneMinutes(zone: string): number | undefined {
  if (/^z$/i.test(zone)) {
    return 0;
  }
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', ''));
  const sign = zone.startsWith('-') ? -1 : 1;
  return hours <= 18 && minutes < 60 ? sign * (hours * 60 + minutes) : undefined;
}
