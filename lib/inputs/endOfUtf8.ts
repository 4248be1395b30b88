import { isUtf8 } from 'node:buffer';

const LINE_FEED = 10;

/** Returns the end of the last line before the first one that is not UTF-8. */
export function endOfUtf8(bytes: Buffer): number {
  let start = 0;
  for (;;) {
    const end = bytes.indexOf(LINE_FEED, start) + 1;
    if (end === 0 || !isUtf8(bytes.subarray(start, end))) {
      return start;
    }
    start = end;
  }
}
