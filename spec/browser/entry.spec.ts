import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { lastValueFrom, of } from 'rxjs';
import { esbuild } from './support/pageBundle.ts';

const MOST_BYTES = 12 * 1024;

describe('The entry rxjs-zerobus/browser', () => {
  it('is smaller than 12 KB, without rxjs', async () => {
    const { outputFiles, metafile } = await esbuild.build({
      entryPoints: [resolve('dist/browser.js')],
      bundle: true,
      write: false,
      format: 'esm',
      minify: true,
      external: ['rxjs'],
      metafile: true,
    });
    const [file] = outputFiles;
    const bytes = gzipSync(file?.contents ?? '', { level: 9 }).length;
    console.log(`rxjs-zerobus/browser: ${bytes} bytes, minified and gzipped, without rxjs`);
    expect(bytes).toBeLessThan(MOST_BYTES);
    expect(bytes).toBeGreaterThan(1024);
    expect(Object.keys(metafile?.inputs ?? {}).filter((path) => !path.startsWith('dist/'))).toEqual([]);
  });

  it('needs nothing of Node.js, and no package but rxjs', () => {
    const loaded = new Set<string>();
    const read = (path: string): readonly string[] => {
      if (loaded.has(path)) {
        return [];
      }
      loaded.add(path);
      const imports = [...readFileSync(path, 'utf8').matchAll(/^(?:import|export) .* from '([^']+)';$/gm)];
      return imports.flatMap(([, name = '']) => (name.startsWith('.') ? read(resolve('dist', name)) : [name]));
    };
    expect(new Set(read(resolve('dist/browser.js')))).toEqual(new Set(['rxjs']));
    expect(loaded.size).toBeGreaterThan(1);
  });

  for (const [format, load] of [
    ['an ES module', async () => import(resolve('dist/browser.js'))],
    ['CommonJS', async () => createRequire(import.meta.url)(resolve('dist/browser.cjs'))],
  ] as const) {
    it(`does not touch the page before it is subscribed to, on a server that loads ${format}`, async () => {
      const { toGateway, isZerobusError } = (await load()) as typeof import('../../browser.ts');
      const events$ = of({ kind: 'view' }).pipe(toGateway('/events'));
      const error: unknown = await lastValueFrom(events$).catch((thrown: unknown) => thrown);
      expect(isZerobusError(error)).toBe(true);
      expect(error).toEqual(
        jasmine.objectContaining({ code: 'STORAGE_FAILED', unacked: ['{"kind":"view"}'], isRetryable: false }),
      );
    });
  }

  it('has types for programs that know the DOM, and nothing of Node.js', () => {
    // Within the package, so that its own name leads to the build.
    const folder = mkdtempSync(resolve('build/spec/browser/consumer-'));
    try {
      const program = `
        import { Subject } from 'rxjs';
        import { type GatewayEvent, isZerobusError, toGateway, type ToGatewayOptions } from 'rxjs-zerobus/browser';
        const events = { next: (event: GatewayEvent) => console.log(event.at, event.kind) };
        const options: ToGatewayOptions = { overflow: 'dropOldest', events };
        new Subject<{ readonly kind: string }>().pipe(toGateway('/events', options)).subscribe({
          next: (offset: number) => document.title.concat(\`\${offset}\`),
          error: (error: unknown) => isZerobusError(error) && console.error(error.code),
        });
        // @ts-expect-error: there is no such option
        toGateway('/events', { overflows: 'error' });
      `;
      writeFileSync(join(folder, 'page.ts'), program);
      // As the CLI of Angular and Vite compile programs.
      const compilerOptions = {
        module: 'es2022',
        moduleResolution: 'bundler',
        target: 'es2022',
        lib: ['es2022', 'dom'],
      };
      const strict = { types: [], strict: true, exactOptionalPropertyTypes: true, skipLibCheck: false, noEmit: true };
      const config = { compilerOptions: { ...compilerOptions, ...strict }, files: ['page.ts'] };
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
      const tsc = resolve('node_modules/typescript/bin/tsc');
      const { stdout, status } = spawnSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8' });
      expect([status, stdout]).toEqual([0, '']);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('refuses wrong options at once', async () => {
    const { toGateway } = await import('../../browser.ts');
    for (const [options, message] of [
      [{ overflows: 'error' }, 'use overflow'],
      [{ overflow: 'block' }, 'overflow must be one of error, dropOldest, dropNewest, got block.'],
      [{ fallback: 'cookies' }, 'fallback must be one of error, memory'],
      [{ credentials: true }, 'credentials must be one of'],
      [{ maxStoredEvents: 0 }, 'maxStoredEvents must be an integer of at least 1'],
      [{ requestTimeoutMs: 0 }, 'requestTimeoutMs must be above 0'],
      [{ headers: { authorization: 'x' } }, 'headers must be a function'],
      [{ events: () => undefined }, 'events must be an observer'],
      [{ scheduler: {} }, 'scheduler must be a scheduler'],
      [null, 'must be an object'],
    ] as const) {
      expect(() => toGateway('/events', options as object)).toThrow(
        jasmine.objectContaining({ code: 'INVALID_OPTIONS', message: jasmine.stringContaining(message) }),
      );
    }
    expect(() => toGateway('')).toThrow(jasmine.objectContaining({ code: 'INVALID_ENDPOINT' }));
  });
});
