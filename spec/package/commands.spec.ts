import { spawnSync } from 'node:child_process';
import { accessSync, constants, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../support/packedPackage.ts';

/** The commands and the folders of their packages. */
const commands = [
  ['rxjs-zerobus', '.'],
  ['zerobus-local', 'local'],
] as const;

describe('A checkout', () => {
  for (const [name, folder] of commands) {
    const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
      readonly version: string;
      readonly bin: Readonly<Record<string, string>>;
    };
    const bin = join(folder, manifest.bin[name] ?? '');

    it(`has the file of the command ${name} before it is built, for npm to link it`, () => {
      expect(bin).not.toContain('dist');
      expect(() => accessSync(bin, constants.X_OK)).not.toThrow();
    });

    it(`runs ${name} by npx`, () => {
      expect(run('npx', ['--no-install', name, '--version'], '.').trim()).toBe(manifest.version);
    });

    it(`says how ${name} is built if it is not`, () => {
      const unbuilt = mkdtempSync(join(tmpdir(), 'zerobus-unbuilt-'));
      try {
        mkdirSync(join(unbuilt, 'bin'));
        cpSync(bin, join(unbuilt, 'bin', 'command.mjs'));
        const { status, stdout, stderr } = spawnSync(process.execPath, [join(unbuilt, 'bin/command.mjs')], {
          encoding: 'utf8',
        });
        expect(status).toBe(1);
        expect(stdout).toBe('');
        expect(stderr).toBe(
          `${name}: ${join(folder, 'dist/cli.js')} is not built yet. Run "npm run build" at the top of the checkout first.\n`,
        );
      } finally {
        rmSync(unbuilt, { recursive: true, force: true });
      }
    });
  }
});
