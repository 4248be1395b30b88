/** One diagram of several that are drawn below each other. */
export interface Track {
  /** Its name, in front of it. */
  readonly label: string;
  /** What happens, by frame: one character, or a group in parentheses. */
  readonly cells: ReadonlyMap<number, string>;
}

/** The silent frames of more than this are drawn as a time. */
const MAX_DASHES = 20;

/**
 * Draws diagrams with a common time axis, and marks a frame below them.
 *
 * @param markedFrame a frame in which something happens in one of them
 * @returns a line for each diagram, and one for the mark
 */
export function drawTracks(tracks: readonly Track[], markedFrame: number): readonly string[] {
  const frames = [...new Set(tracks.flatMap(({ cells }) => [...cells.keys()]))].sort((a, b) => a - b);
  const texts = tracks.map(() => '');
  const over = tracks.map(() => false);
  let mark = '';
  let time = 0;
  const append = (index: number, text: string): void => {
    texts[index] += over[index] ? ' '.repeat(text.length) : text;
  };
  const appendToAll = (text: string): void => {
    for (const index of tracks.keys()) {
      append(index, text);
    }
  };
  frames.forEach((frame, at) => {
    const gap = silence(frame - time);
    appendToAll(gap);
    if (frame === markedFrame) {
      mark = `${' '.repeat(texts[0]?.length ?? 0)}^ frame ${frame}`;
    }
    const width = Math.max(...tracks.map(({ cells }) => (cells.get(frame) ?? '-').length));
    // A group takes a frame for each of its characters, unless something happens in them, which no diagram could say.
    const frameCount = Math.min(width, (frames[at + 1] ?? frame + width) - frame);
    tracks.forEach(({ cells }, index) => {
      const cell = cells.get(frame) ?? '-';
      append(index, `${cell}${'-'.repeat(Math.max(0, frameCount - cell.length))}`.padEnd(width));
      over[index] ||= /[|#!]/.test(cell);
    });
    time = frame + frameCount;
  });
  appendToAll('-');
  const labelWidth = Math.max(...tracks.map(({ label }) => label.length)) + 2;
  return [
    ...tracks.map(({ label }, index) => `${label.padEnd(labelWidth)}${texts[index]}`),
    `${' '.repeat(labelWidth)}${mark}`,
  ].map((line) => line.trimEnd());
}

function silence(frameCount: number): string {
  return frameCount > MAX_DASHES ? ` ${frameCount}ms ` : '-'.repeat(frameCount);
}
