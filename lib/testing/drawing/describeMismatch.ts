import { drawTracks, type Track } from './drawTracks.ts';

/** What differs from what was expected. */
export interface Mismatch {
  /** The diagrams: what was expected, then what happened. */
  readonly tracks: readonly Track[];
  /** The first frame in which they differ. */
  readonly frame: number;
  /** The lines that say what the letters are. */
  readonly legend: readonly string[];
}

/**
 * Describes a failed expectation: both diagrams, aligned, with the first difference marked, and what the letters are.
 *
 * @param what the call that expected: `expectArrivals`
 */
export function describeMismatch(what: string, { tracks, frame, legend }: Mismatch): string {
  const lines = [...drawTracks(tracks, frame), ...(legend.length === 0 ? [] : ['', ...legend])];
  return [`${what}: frame ${frame} differs from the expected diagram.`, '', ...lines.map(indented)].join('\n');
}

function indented(line: string): string {
  return line === '' ? '' : `  ${line}`;
}
