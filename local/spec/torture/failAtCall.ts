/**
 * Loaded before everything else (`node --import`). It counts the file system calls of a process within one folder, and
 * each `COPY` of DuckDB, and makes one of them fail. Environment variables: `TORTURE_FOLDER`; `TORTURE_KIND`, one of
 * {@link FailureKind}; `TORTURE_AT`, the number of the call, starting at 1; `TORTURE_CODE`, such as `ENOSPC`;
 * `TORTURE_TIMES`, how many calls in a row fail. At the end it prints the number of calls as `calls <number>`. With the
 * kind `count`, it prints a line `call <number> <name>` for each.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { DuckDBConnection } from '@duckdb/node-api';
import { CallGate, type Turn } from './callGate.ts';

type Callable = (this: unknown, ...args: unknown[]) => unknown;
type Callables = Record<string, Callable>;

const names: readonly string[] = [
  ...[
    'access',
    'appendFile',
    'chmod',
    'close',
    'copyFile',
    'cp',
    'datasync',
    'fdatasync',
    'fsync',
    'ftruncate',
    'link',
  ],
  ...[
    'lstat',
    'mkdir',
    'mkdtemp',
    'open',
    'opendir',
    'read',
    'readFile',
    'readdir',
    'readv',
    'realpath',
    'rename',
    'rm',
  ],
  ...['rmdir', 'stat', 'symlink', 'sync', 'truncate', 'unlink', 'utimes', 'write', 'writeFile', 'writev'],
];
const gate = new CallGate(process.env);

/** Replaces a function by a wrapper, and keeps all properties of the function. */
function wrap(target: Callables, name: string, makeWrapper: (original: Callable) => Callable): void {
  const original = target[name];
  if (typeof original === 'function') {
    const wrapper = makeWrapper(original);
    for (const key of Reflect.ownKeys(original)) {
      const descriptor = Object.getOwnPropertyDescriptor(original, key) as PropertyDescriptor;
      if (descriptor.writable === true || descriptor.configurable === true) {
        Object.defineProperty(wrapper, key, descriptor);
      }
    }
    target[name] = wrapper;
  }
}

function wrapSync(name: string): (original: Callable) => Callable {
  return (original) =>
    function (...args) {
      const turn = gate.enter(name, args[0], args);
      if (turn.error !== undefined) {
        throw turn.error;
      }
      const result = original.apply(this, args);
      turn.leave(result);
      return turn.giveBack(result);
    };
}

function wrapCallback(name: string): (original: Callable) => Callable {
  return (original) =>
    function (...args) {
      const callback = args.at(-1);
      const turn = gate.enter(name, args[0], args);
      if (typeof callback !== 'function' || turn === gate.uncounted) {
        return original.apply(this, args);
      }
      if (turn.error !== undefined) {
        process.nextTick(callback, turn.error);
        return undefined;
      }
      const onDone: Callable = function (error, ...results) {
        turn.leave(results[0]);
        return callback.call(this, error ?? turn.lateError ?? null, ...results);
      };
      return original.apply(this, [...args.slice(0, -1), onDone]);
    };
}

function wrapPromise(enter: (self: unknown, args: readonly unknown[]) => Turn): (original: Callable) => Callable {
  return (original) =>
    function (...args) {
      const turn = enter(this, args);
      if (turn.error !== undefined) {
        return Promise.reject(turn.error);
      }
      if (turn === gate.uncounted) {
        return original.apply(this, args);
      }
      return (original.apply(this, args) as Promise<unknown>).then(
        (result) => {
          turn.leave(result);
          return turn.giveBack(result);
        },
        (error: unknown) => {
          turn.leave(undefined);
          throw error;
        },
      );
    };
}

const handle = await fs.promises.open(process.execPath);
const handlePrototype = Object.getPrototypeOf(handle) as Callables;
await handle.close();

for (const name of names) {
  wrap(fs as unknown as Callables, name, wrapCallback(name));
  wrap(fs as unknown as Callables, `${name}Sync`, wrapSync(name));
  wrap(
    fs.promises as unknown as Callables,
    name,
    wrapPromise((_, args) => gate.enter(name, args[0], args)),
  );
  wrap(
    handlePrototype,
    name,
    wrapPromise((self, args) => gate.enter(name, self, [self, ...args])),
  );
}
syncBuiltinESMExports();

wrap(
  DuckDBConnection.prototype as unknown as Callables,
  'runAndReadAll',
  wrapPromise((_, [sql]) => (/^\s*COPY\b/i.test(String(sql)) ? gate.enterCopy() : gate.uncounted)),
);
process.on('exit', () => gate.printCount());
