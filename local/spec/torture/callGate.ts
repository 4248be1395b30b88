import fs from 'node:fs';
import type { FailureKind } from './failureKind.ts';

/** One call in progress. */
export interface Turn {
  /** Thrown instead of making the call. */
  readonly error?: Error;
  /** Thrown after the call. */
  readonly lateError?: Error;
  /** Called when the call is done, with the handle that it has opened, if any. */
  leave(result: unknown): void;
  /** Returns the result, or throws the late error. */
  giveBack<Result>(result: Result): Result;
}

/** The functions before they are wrapped: a torn write must not be torn again. */
const { writeFileSync, writeSync } = fs;

const writes: ReadonlySet<string> = new Set(['write', 'writev', 'writeFile', 'appendFile']);

/** Counts calls and decides which of them fails. */
export class CallGate {
  /** Used for calls outside of the folder. */
  readonly uncounted: Turn = { leave: () => undefined, giveBack: (result) => result };
  readonly #folder: string;
  readonly #kind: FailureKind;
  readonly #at: number;
  readonly #code: string;
  readonly #times: number;
  readonly #descriptors = new Set<unknown>();
  readonly #handles = new WeakSet<object>();
  #count = 0;

  constructor(environment: Readonly<Record<string, string | undefined>>) {
    this.#folder = environment['TORTURE_FOLDER'] ?? '';
    this.#kind = (environment['TORTURE_KIND'] ?? 'none') as FailureKind;
    this.#at = Number(environment['TORTURE_AT'] ?? 0);
    this.#code = environment['TORTURE_CODE'] ?? 'EIO';
    this.#times = Number(environment['TORTURE_TIMES'] ?? 1);
  }

  /**
   * Begins a call.
   *
   * @param target a path, a descriptor or a `FileHandle`
   */
  enter(name: string, target: unknown, args: readonly unknown[]): Turn {
    if (!this.#isInside(target)) {
      return this.uncounted;
    }
    if (name === 'close') {
      this.#descriptors.delete(target);
    }
    return this.#begin(name, () => tear(name, args));
  }

  /** Begins a `COPY`. A kill tears it a moment after it has begun. */
  enterCopy(): Turn {
    return this.#begin('COPY', () => {
      setTimeout(kill, 1);
      return false;
    });
  }

  /** Prints the number of calls. */
  printCount(): void {
    writeSync(1, `calls ${this.#count}\n`);
  }

  #isInside(target: unknown): boolean {
    return typeof target === 'string'
      ? target.startsWith(this.#folder)
      : typeof target === 'object' && target !== null
        ? this.#handles.has(target)
        : this.#descriptors.has(target);
  }

  #begin(name: string, tearCall: () => boolean): Turn {
    this.#count += 1;
    const isHit = this.#count >= this.#at && this.#count < this.#at + this.#times;
    if (this.#kind === 'count') {
      writeSync(1, `call ${this.#count} ${name}\n`);
    }
    if (isHit && (this.#kind === 'before' || (this.#kind === 'torn' && !(name === 'COPY' || writes.has(name))))) {
      kill();
    }
    if (isHit && this.#kind === 'torn' && tearCall()) {
      kill();
    }
    const failure = Object.assign(new Error(`${this.#code}: made to fail, ${name}`), {
      code: this.#code,
      syscall: name,
    });
    // The operating system releases a descriptor even if its close reports a failure.
    const isLate = isHit && (this.#kind === 'late' || (this.#kind === 'fail' && name === 'close'));
    const isKilledAfter = isHit && this.#kind === 'after';
    return {
      ...(isHit && this.#kind === 'fail' && !isLate ? { error: failure } : {}),
      ...(isLate ? { lateError: failure } : {}),
      leave: (result) => {
        if (isKilledAfter) {
          kill();
        }
        if (name === 'open') {
          this.#remember(result);
        }
      },
      giveBack: (result) => {
        if (isLate) {
          throw failure;
        }
        return result;
      },
    };
  }

  #remember(opened: unknown): void {
    if (typeof opened === 'number') {
      this.#descriptors.add(opened);
    } else if (typeof opened === 'object' && opened !== null) {
      this.#handles.add(opened);
    }
  }
}

function kill(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** Makes half of a write. */
function tear(name: string, [target, data, ...rest]: readonly unknown[]): boolean {
  const buffers = (Array.isArray(data) ? data : [data]).map((part: unknown) =>
    typeof part === 'string' ? Buffer.from(part) : (part as Buffer),
  );
  const whole = Buffer.concat(buffers);
  const half = whole.subarray(0, whole.length >> 1);
  const descriptor = typeof target === 'object' && target !== null ? (target as { readonly fd: number }).fd : target;
  if (typeof descriptor === 'number') {
    const position = name === 'writev' && typeof rest[0] === 'number' ? rest[0] : null;
    writeSync(descriptor, half, 0, half.length, position);
  } else {
    const options = typeof rest[0] === 'function' ? undefined : (rest[0] as { readonly flag?: string } | undefined);
    writeFileSync(String(descriptor), half, { flag: options?.flag ?? (name === 'appendFile' ? 'a' : 'w') });
  }
  return true;
}
