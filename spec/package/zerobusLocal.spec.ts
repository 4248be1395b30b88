import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { complaints, type PackedPackage, pack, packingTimeoutMs, run, unpack } from '../support/packedPackage.ts';

describe('the package zerobus-local', () => {
  let folder: string;
  let packed: PackedPackage;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'zerobus-local-package-'));
    packed = pack('local', folder);
  }, packingTimeoutMs);

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('packs what is wanted and nothing else', () => {
    const wanted = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|build\/lib\/[\w/-]+\.(js|d\.ts|js\.map))$/;
    expect(packed.files.filter((path) => !wanted.test(path))).toEqual([]);
    expect(packed.files).toEqual(jasmine.arrayContaining(['CHANGELOG.md', 'LICENSE', 'build/lib/index.js']));
  });

  it('gives publint nothing to complain about', async () => {
    expect(await complaints(packed.tarball)).toEqual([]);
  });

  it('runs as a command and loads as a library', () => {
    mkdirSync(join(folder, 'consumer'));
    const unpacked = unpack(packed.tarball, join(folder, 'consumer'));
    const { bin, exports } = JSON.parse(readFileSync(join(unpacked, 'package.json'), 'utf8'));
    expect(run(process.execPath, [join(unpacked, bin['zerobus-local']), '--help'], folder)).toContain(
      'Usage: zerobus-local',
    );
    const index = JSON.stringify(join(unpacked, exports['.'].default));
    const loaded = run(
      process.execPath,
      ['--input-type=module', '-e', `console.log(Object.keys(await import(${index})).sort().join())`],
      folder,
    );
    expect(loaded.split(',').map((each) => each.trim())).toContain('startZerobusLocal');
  });
});
