import { createRequire } from 'node:module';
import { resolve } from 'node:path';

interface Esbuild {
  build(options: {
    readonly stdin?: { readonly contents: string; readonly resolveDir: string };
    readonly entryPoints?: readonly string[];
    readonly bundle: true;
    readonly write: false;
    readonly format: 'esm';
    readonly minify: boolean;
    readonly alias?: Readonly<Record<string, string>>;
    readonly external?: readonly string[];
    readonly metafile?: true;
  }): Promise<{
    readonly outputFiles: readonly { readonly text: string; readonly contents: Uint8Array }[];
    readonly metafile?: { readonly inputs: Readonly<Record<string, unknown>> };
  }>;
}

/** The bundler that Vite brings. */
export const esbuild: Esbuild = createRequire(createRequire(import.meta.url).resolve('vite'))('esbuild') as Esbuild;

let bundle: Promise<string> | undefined;

/** The program of the pages, with the package as it was built, and rxjs. Bundled once for each process. */
export function pageBundle(): Promise<string> {
  bundle ??= esbuild
    .build({
      entryPoints: [resolve('spec/browser/support/pageProgram.mjs')],
      bundle: true,
      write: false,
      format: 'esm',
      minify: false,
      alias: { 'rxjs-zerobus/browser': resolve('dist/browser.js') },
    })
    .then(({ outputFiles }) => outputFiles[0]?.text ?? '');
  return bundle;
}
