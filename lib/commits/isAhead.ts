import type { Position } from './commit.ts';

/**
 * Whether a position is ahead of another one. Numbers, bigints and strings of digits are compared as numbers. Others
 * have no order that is known: they are ahead of each that came before, unless they are equal.
 */
export function isAhead(position: Position, other: Position): boolean {
  const [left, right] = [numberOf(position), numberOf(other)];
  return left === undefined || right === undefined ? position !== other : left > right;
}

function numberOf(position: Position): number | bigint | undefined {
  if (typeof position !== 'string') {
    return position;
  }
  return /^-?\d+$/.test(position) ? BigInt(position) : undefined;
}
