import { resolve } from 'node:path';
import ts from '@typescript/typescript6';

/** A file that a program compiles although it is not on the disk. */
export interface VirtualFile {
  /** The path from the root of the checkout. Imports are resolved from there. */
  readonly path: string;
  readonly text: string;
}

const options: ts.CompilerOptions = {
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  allowJs: true,
  checkJs: true,
  noEmit: true,
  skipLibCheck: true,
};

/**
 * Creates one program from files on the disk and virtual files.
 *
 * @param paths paths of files in the checkout, from its root
 * @param virtual files that exist only in this program
 */
export function compile(paths: readonly string[], virtual: readonly VirtualFile[]): ts.Program {
  const texts = new Map(virtual.map(({ path, text }) => [resolve(path), text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = (path) => texts.has(resolve(path)) || fileExists(path);
  host.readFile = (path) => texts.get(resolve(path)) ?? readFile(path);
  host.getSourceFile = (path, languageVersion, ...rest) => {
    const text = texts.get(resolve(path));
    return text === undefined
      ? getSourceFile(path, languageVersion, ...rest)
      : ts.createSourceFile(path, text, languageVersion);
  };
  const roots = [...paths.map((path) => resolve(path)), ...texts.keys()];
  return ts.createProgram(roots, options, host);
}

/** Returns the diagnostics of a program, one line each: `examples/api1.ts:3: Cannot find name 'x'.` */
export function complaintsOf(program: ts.Program): readonly string[] {
  return ts.getPreEmitDiagnostics(program).map(({ file, start = 0, messageText }) => {
    const text = ts.flattenDiagnosticMessageText(messageText, '\n');
    if (file === undefined) {
      return text;
    }
    const path = file.fileName.replace(`${resolve('.')}/`, '');
    return `${path}:${file.getLineAndCharacterOfPosition(start).line + 1}: ${text}`;
  });
}
