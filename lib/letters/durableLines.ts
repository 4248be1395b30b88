import { type FileHandle, open, realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { syncFolder } from './syncFolder.ts';

/** The size at which lines wait for the next write, in UTF-16 units. */
const GROUP_LENGTH = 4 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Lines to append. */
export interface Appended {
  readonly text: string;
  /** Called when they are durable. */
  readonly onDurable: () => void;
  /** Called if they cannot be written. A part of them may be in the file. */
  readonly onError: (error: unknown) => void;
}

/**
 * Appends lines to a file, durably. Lines that arrive while others are written share one write and one sync.
 *
 * The file is open only while something is written, so it may be moved away at any time. It is created if it does not
 * exist. If its last line was torn, a new line begins.
 */
export class DurableLines {
  readonly #path: string;
  readonly #waiting = new Set<Appended>();
  #isWriting = false;
  /** Whether the entry of the file in its folder is durable. */
  #isEntryDurable = false;

  constructor(path: string) {
    this.#path = resolve(path);
  }

  /** Appends lines as soon as possible. */
  append(lines: Appended): void {
    this.#waiting.add(lines);
    if (!this.#isWriting) {
      this.#isWriting = true;
      this.#writeAll();
    }
  }

  /** Forgets lines, unless they are being written. */
  remove(lines: Appended): void {
    this.#waiting.delete(lines);
  }

  async #writeAll(): Promise<void> {
    while (this.#waiting.size > 0) {
      let group: readonly Appended[] = [];
      let failure: { readonly error: unknown } | undefined;
      try {
        const file = await open(this.#path, 'a+');
        try {
          // Only now, since more may have arrived.
          group = this.#takeGroup();
          await this.#write(file, group);
        } finally {
          await file.close();
        }
      } catch (error) {
        failure = { error };
        group = group.length === 0 ? this.#takeGroup() : group;
      }
      for (const { onDurable, onError } of group) {
        if (failure === undefined) {
          onDurable();
        } else {
          onError(failure.error);
        }
      }
    }
    this.#isWriting = false;
  }

  #takeGroup(): readonly Appended[] {
    const group: Appended[] = [];
    let length = 0;
    for (const lines of this.#waiting) {
      length += lines.text.length;
      if (group.length > 0 && length > GROUP_LENGTH) {
        break;
      }
      group.push(lines);
      this.#waiting.delete(lines);
    }
    return group;
  }

  async #write(file: FileHandle, group: readonly Appended[]): Promise<void> {
    if (group.length === 0) {
      return;
    }
    const { size } = await file.stat();
    const start = size > 0 && (await isTorn(file, size)) ? '\n' : '';
    await file.appendFile(start + group.map(({ text }) => text).join(''));
    await file.datasync();
    if (size === 0 || !this.#isEntryDurable) {
      await syncFolder(dirname(await realpath(this.#path)));
      this.#isEntryDurable = true;
    }
  }
}

async function isTorn(file: FileHandle, size: number): Promise<boolean> {
  const { bytesRead, buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
  return bytesRead === 1 && buffer[0] !== LINE_FEED;
}
