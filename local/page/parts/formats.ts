const wholeNumbers = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });
const compactNumbers = new Intl.NumberFormat('en-US', { notation: 'compact', maximumFractionDigits: 1 });
const times = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const dates = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
const sizes = ['B', 'KB', 'MB', 'GB', 'TB'];

/** `1,234,567` */
export function count(value: number): string {
  return wholeNumbers.format(value);
}

/** `950`, `12.5K`, `3M` */
export function compactCount(value: number): string {
  return compactNumbers.format(value);
}

/** `1 row`, `1,234 rows` */
export function countOf(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** `12.3 MB`, in powers of 1024. */
export function bytes(value: number): string {
  const power = value < 1 ? 0 : Math.min(sizes.length - 1, Math.floor(Math.log2(value) / 10));
  const scaled = value / 1024 ** power;
  return `${power === 0 || scaled >= 100 ? count(scaled) : scaled.toFixed(1)} ${sizes[power]}`;
}

/** `0.4 ms`, `12 ms`, `1.25 s` */
export function milliseconds(value: number): string {
  if (value >= 1000) {
    return `${(value / 1000).toFixed(2)} s`;
  }
  return `${value < 10 ? value.toFixed(1) : count(value)} ms`;
}

/** `42 s`, `3 min 05 s`, `2 h 03 min`, `4 d 05 h` */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3600) {
    return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  }
  if (seconds < 86_400) {
    return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} min`;
  }
  return `${Math.floor(seconds / 86_400)} d ${two((seconds % 86_400) / 3600)} h`;
}

/** `14:03:59` */
export function clock(atMs: number): string {
  return times.format(new Date(atMs));
}

/** `14:03:59`, with the date if it is not of today. */
export function time(atMs: number): string {
  const at = new Date(atMs);
  const isToday = at.toDateString() === new Date().toDateString();
  return isToday ? times.format(at) : `${dates.format(at)}, ${times.format(at)}`;
}
