import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in a time that does not depend on how much of the given one is right. */
export function isSameSecret(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
