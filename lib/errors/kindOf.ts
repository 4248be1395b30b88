import { asyncKind } from './asyncKind.ts';

/**
 * Names the kind of a value, for a message such as `expected string, got an array`.
 *
 * @param value any value
 */
export function kindOf(value: unknown): string {
  try {
    return kindOfReadable(value);
  } catch {
    // A proxy may throw whatever is done with it.
    return 'an object';
  }
}

function kindOfReadable(value: unknown): string {
  if (value === null) {
    return 'null';
  }
  if (Array.isArray(value)) {
    return 'an array';
  }
  if (ArrayBuffer.isView(value)) {
    return 'bytes';
  }
  if (typeof value !== 'object') {
    return typeof value;
  }
  const kind = asyncKind(value);
  return kind === undefined ? 'an object' : `${kind.name}. ${kind.wayOut}`;
}
