/** A case of `docs/conformance.md`. */
export interface ConformanceCase {
  readonly name: string;
  /** Its spec files, relative to the root of the repository. Empty if the case does not apply. */
  readonly files: readonly string[];
  readonly verdict: string;
}

/** A case of another suite, and the cases that cover it. */
export interface CoveredCase {
  readonly name: string;
  readonly coveredBy: readonly string[];
}

const caseRow = /^\| `([^`|]+)` \| ([^|]*) \| ([^|]+) \|$/gm;
const coveredRow = /^\| `([^`|]+)` \| ((?:`[^`|]+`(?:, )?)+) \|$/gm;
const specLink = /\]\(\.\.\/([^)]+)\)/g;
const title = /\bit\(\s*(['"`])((?:(?!\1).)*)\1/g;
const rowTitle = /^\s*\[\s*'([^']*)',/gm;

/** Parses the cases of the table: `| name | links to its specs | verdict |`. */
export function parseCases(markdown: string): ConformanceCase[] {
  return [...markdown.matchAll(caseRow)].map(([, name = '', specs = '', verdict = '']) => ({
    name,
    files: [...specs.matchAll(specLink)].map(([, file = '']) => file),
    verdict: verdict.trim(),
  }));
}

/** Parses the cases of other suites: `| name | cases of the table |`. */
export function parseCoveredCases(markdown: string): CoveredCase[] {
  return [...markdown.matchAll(coveredRow)].map(([, name = '', cases = '']) => ({
    name,
    coveredBy: [...cases.matchAll(/`([^`]+)`/g)].map(([, covering = '']) => covering),
  }));
}

/** Returns the titles of the specs in a file: the texts of its `it`s. */
export function titlesIn(source: string): string[] {
  return [...source.matchAll(title)].map(([, , text = '']) => text);
}

/** Returns the first text of each row of a list in a file, which titles may be built from. */
export function rowTitlesIn(source: string): string[] {
  return [...source.matchAll(rowTitle)].map(([, text = '']) => text);
}

/**
 * Whether a title belongs to a case: it is the name, begins with it, ends with it after a colon, or has it in brackets.
 */
export function isTitleOf(text: string, name: string): boolean {
  return (
    text === name ||
    text.startsWith(`${name}:`) ||
    text.startsWith(`${name} `) ||
    text.endsWith(`: ${name}`) ||
    text.includes(`(${name})`)
  );
}

/** Returns the name of the case that a title begins with, or `undefined` if it begins with prose. */
export function caseNameOf(text: string): string | undefined {
  return /^[a-z0-9]+(?:_[a-z0-9]+)+/.exec(text)?.[0] ?? /^[a-z]+(?=:)/.exec(text)?.[0];
}
