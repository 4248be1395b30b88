import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { anchors, type Link, links } from './markdown.ts';

/** The prefix of links that also work outside of the repository: they lead to the file of the same path here. */
const repository = /^https:\/\/github\.com\/rxjs-zerobus\/rxjs-zerobus\/(?:blob|tree)\/main\//;

/** Folders whose Markdown files are not ours or not written by hand. */
const skippedFolders: ReadonlySet<string> = new Set(['node_modules', 'build', 'dist', '.git']);

/** The Markdown files of the repository by their paths: the text of each. */
export function readDocuments(folder = '.'): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory() && !skippedFolders.has(entry.name)) {
      for (const [each, text] of readDocuments(path)) {
        found.set(each, text);
      }
    } else if (entry.isFile() && entry.name.endsWith('.md')) {
      found.set(path, readFileSync(join(folder, entry.name), 'utf8'));
    }
  }
  return found;
}

/** The path that a link in a document leads to. `undefined` if it leads to another site. */
export function targetOf(document: string, { file }: Link): string | undefined {
  if (repository.test(file)) {
    return posix.normalize(file.replace(repository, ''));
  }
  if (/^[a-z]+:/.test(file)) {
    return undefined;
  }
  return file === '' ? document : posix.join(posix.dirname(document), file);
}

/** The links of a document that lead to no file or to no heading, as they are written. */
export function brokenLinks(
  documents: ReadonlyMap<string, string>,
  document: string,
  exists: (path: string) => boolean = existsSync,
): readonly string[] {
  return links(documents.get(document) ?? '').flatMap((link) => {
    const target = targetOf(document, link);
    if (target === undefined) {
      return [];
    }
    const text = documents.get(target);
    const isFound =
      (text !== undefined || exists(target)) &&
      (link.anchor === '' || (text !== undefined && anchors(text).includes(link.anchor)));
    return isFound ? [] : [link.anchor === '' ? link.file : `${link.file}#${link.anchor}`];
  });
}

/** A document and all documents that its links lead to, directly or through others. */
export function reachableDocuments(documents: ReadonlyMap<string, string>, from: string): ReadonlySet<string> {
  const reached = new Set([from]);
  for (const document of reached) {
    for (const link of links(documents.get(document) ?? '')) {
      const target = targetOf(document, link);
      if (target !== undefined && documents.has(target)) {
        reached.add(target);
      }
    }
  }
  return reached;
}
