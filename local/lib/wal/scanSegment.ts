import { FRAME_KEY, type Frame, readFrame } from './frame.ts';

/** What a segment's file holds. */
export interface SegmentScan {
  /** The whole frames, in their order. */
  readonly frames: readonly Buffer[];
  /** What lies between them: a crash leaves nothing there, so the disk has changed it. */
  readonly damaged: readonly Buffer[];
  /** What follows the last whole frame: usually a frame that a crash has left unfinished. */
  readonly tail: Buffer;
  /** Rows of the whole frames. */
  readonly rows: number;
}

/** What the start of every frame but the first looks like. */
const frameStart: Buffer = Buffer.from(`\n{"${FRAME_KEY}":[`);

/** Finds the whole frames in the content of a segment's file. */
export function scanSegment(content: Buffer): SegmentScan {
  const frames: Buffer[] = [];
  const damaged: Buffer[] = [];
  let rows = 0;
  let end = 0;
  for (let next = readNextFrame(content, 0); next !== undefined; next = readNextFrame(content, end)) {
    if (next.start > end) {
      damaged.push(content.subarray(end, next.start));
    }
    frames.push(content.subarray(next.start, next.frame.end));
    rows += next.frame.rows;
    end = next.frame.end;
  }
  return { frames, damaged, tail: content.subarray(end), rows };
}

/** The first whole frame at `start` or after it. */
function readNextFrame(content: Buffer, start: number): { readonly start: number; readonly frame: Frame } | undefined {
  for (let position = start; ; ) {
    const frame = readFrame(content, position);
    if (frame !== undefined) {
      return { start: position, frame };
    }
    const newline = content.indexOf(frameStart, position);
    if (newline < 0) {
      return undefined;
    }
    position = newline + 1;
  }
}
