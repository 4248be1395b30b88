import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orSkip } from './optional.ts';

/**
 * Compiles `.proto` files with the protoc of this machine, or skips the spec if there is no protoc.
 *
 * @param files the texts by file name
 * @param options more options, e.g. `--include_imports`
 * @returns a serialized FileDescriptorSet
 */
export function compileByProtoc(files: Readonly<Record<string, string>>, ...options: string[]): Buffer {
  const isThere = spawnSync('protoc', ['--version']).status === 0;
  const protoc = orSkip(isThere ? 'protoc' : undefined, 'protoc is not installed (Debian: protobuf-compiler)');
  const folder = mkdtempSync(join(tmpdir(), 'zerobus-protoc-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      writeFileSync(join(folder, name), text);
    }
    const output = join(folder, 'descriptor.bin');
    const { status, stderr } = spawnSync(
      protoc,
      [`-I${folder}`, `--descriptor_set_out=${output}`, ...options, ...Object.keys(files)],
      { encoding: 'utf8' },
    );
    if (status !== 0) {
      throw new Error(`protoc refused:\n${stderr}\n${JSON.stringify(files, null, 2)}`);
    }
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
