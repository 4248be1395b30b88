import { FRAME_KEY, type Frame, readFrame } from './frame.ts';

/** The content of a segment's file. */
export interface SegmentScan {
  /** The complete frames, in order. */
  readonly frames: readonly Buffer[];
  /** Bytes between the frames. A crash leaves nothing there, so the disk has changed them. */
  readonly damaged: readonly Buffer[];
  /** Bytes after the last complete frame: usually a frame that a crash has left unfinished. */
  readonly tail: Buffer;
  /** Rows in the complete frames. */
  readonly rows: number;
}

/** The start of every frame but the first. */
const frameStart: Buffer = Buffer.from(`\n{"${FRAME_KEY}":[`);

/** Finds the complete frames in the content of a segment's file. */
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

/** The first complete frame at or after `start`. */
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
