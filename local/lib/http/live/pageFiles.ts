import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import type { Context } from 'hono';

const contentTypes: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
};

/** The page loads nothing from elsewhere, runs only its own program, and writes no HTML but lit-html's templates. */
const headers: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    'trusted-types lit-html',
  ].join('; '),
  'cache-control': 'no-cache',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

interface PageFile {
  readonly content: Buffer<ArrayBuffer>;
  readonly zipped: Buffer<ArrayBuffer>;
  readonly type: string;
  readonly tag: string;
}

/** The files of the live page by their names. The package has them. They are read when they are first asked for. */
const files = new Map<string, PageFile>();

/**
 * Answers with a file of the live page.
 *
 * @param name such as `index.html`
 * @returns undefined if there is no such file
 */
export function answerPageFile({ req }: Context, name: string): Response | undefined {
  const file = pageFile(name);
  if (file === undefined) {
    return undefined;
  }
  const { content, zipped, type, tag } = file;
  const all = { ...headers, 'content-type': type, etag: tag, vary: 'accept, accept-encoding' };
  if (req.header('if-none-match') === tag) {
    return new Response(null, { status: 304, headers: all });
  }
  const isZipped = /\bgzip\b/.test(req.header('accept-encoding') ?? '');
  return isZipped
    ? new Response(zipped, { headers: { ...all, 'content-encoding': 'gzip' } })
    : new Response(content, { headers: all });
}

function pageFile(name: string): PageFile | undefined {
  const known = files.get(name);
  if (known !== undefined) {
    return known;
  }
  const file = readPageFile(name);
  if (file !== undefined) {
    files.set(name, file);
  }
  return file;
}

function readPageFile(name: string): PageFile | undefined {
  const type = contentTypes[extname(name)];
  const folder = pageFolder();
  if (folder === undefined || type === undefined || !/^[A-Za-z_]+\.[a-z]+$/.test(name)) {
    return undefined;
  }
  const path = join(folder, name);
  if (!existsSync(path)) {
    return undefined;
  }
  const content = readFileSync(path);
  const tag = `"${createHash('sha256').update(content).digest('base64url')}"`;
  return { content, zipped: gzipSync(content, { level: 9 }), type, tag };
}

/** The folder of the page in the package, wherever in it this module is. */
function pageFolder(): string | undefined {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const candidate = join(folder, 'dist', 'page');
    if (existsSync(join(candidate, 'index.html'))) {
      return candidate;
    }
    if (dirname(folder) === folder || existsSync(join(folder, 'package.json'))) {
      return undefined;
    }
  }
}
