import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { orSkip } from '../support/optional.ts';

describe('generate:proto', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-generate-'));
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  function generate(protoc: string) {
    return spawnSync(process.execPath, ['proto/generate.mjs', folder], {
      encoding: 'utf8',
      env: { ...process.env, PROTOC: protoc },
    });
  }

  it('writes the committed files', () => {
    const protoc = orSkip(process.env['PROTOC'], 'PROTOC names no protoc 3.20: proto/README.md says how to get it');
    const { status, stderr } = generate(protoc);
    expect(stderr).toBe('');
    expect(status).toBe(0);
    expect(readdirSync(folder).sort()).toEqual(readdirSync('proto/generated').sort());
    for (const name of readdirSync(folder)) {
      expect(readFileSync(join(folder, name), 'utf8'))
        .withContext(name)
        .toBe(readFileSync(join('proto/generated', name), 'utf8'));
    }
  });

  it('says which protoc it needs', () => {
    const other = generate(process.execPath);
    expect(other.stderr).toContain(`is ${process.version}, but the last protoc that writes JavaScript is 3.20`);
    expect(other.status).toBe(1);
    const none = generate(join(folder, 'nowhere'));
    expect(none.stderr).toContain('Put protoc 3.20 into the PATH or set PROTOC to its path');
    expect(none.status).toBe(1);
    expect(readdirSync(folder)).toEqual([]);
  });
});
