import type { Track } from './drawTracks.ts';

/** What happens in a frame, in the letters of a diagram. */
export interface Cell {
  readonly frame: number;
  readonly text: string;
}

/**
 * Puts what happens in each frame together: one character, or a group.
 *
 * @param separator what is between the texts of one frame
 */
export function trackOf(label: string, cells: readonly Cell[], separator: string): Track {
  const texts = new Map<number, string>();
  for (const { frame, text } of cells) {
    const before = texts.get(frame);
    texts.set(frame, before === undefined ? text : `${before}${separator}${text}`);
  }
  return {
    label,
    cells: new Map([...texts].map(([frame, text]) => [frame, [...text].length > 1 ? `(${text})` : text])),
  };
}
