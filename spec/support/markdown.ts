/** A fenced block of code. */
export interface CodeBlock {
  /** The text behind the opening fence: `ts`, `ts signature`. */
  readonly info: string;
  readonly code: string;
  /** Its first line, counted from 1. */
  readonly line: number;
}

/** A heading and the text after it, up to the next heading of its level or above. */
export interface Section {
  readonly level: number;
  readonly title: string;
  readonly text: string;
}

/** The blocks of code in a Markdown text. */
export function codeBlocks(markdown: string): readonly CodeBlock[] {
  const fences = markdown.matchAll(/^[ \t]*```([^\n`]+)\n([\s\S]*?)^[ \t]*```/gm);
  return [...fences].map(({ 1: info = '', 2: code = '', index }) => ({
    info,
    code,
    line: markdown.slice(0, index).split('\n').length,
  }));
}

/** The sections of a Markdown text. */
export function sections(markdown: string): readonly Section[] {
  const lines = markdown.split('\n');
  let isCode = false;
  const headings = lines.flatMap((line, index) => {
    if (/^\s*```/.test(line)) {
      isCode = !isCode;
    }
    const [, marks = '', title = ''] = isCode ? [] : (/^(#+) (.*)$/.exec(line) ?? []);
    return marks === '' ? [] : [{ level: marks.length, title, index }];
  });
  return headings.map(({ level, title, index }, at) => {
    const next = headings.slice(at + 1).find((heading) => heading.level <= level);
    return { level, title, text: lines.slice(index + 1, next?.index).join('\n') };
  });
}

/** What a link to a heading says behind its `#`, as GitHub makes it. */
export function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, '')
    .trim()
    .replaceAll(' ', '-');
}

/** The rows of the tables in a Markdown text, their heads left out: the cells of each. */
export function tableRows(markdown: string): readonly (readonly string[])[] {
  const rows = markdown.split('\n').map((line) =>
    /^\|(.*)\|$/
      .exec(line.trim())?.[1]
      ?.split(/(?<!\\)\|/)
      .map((cell) => cell.trim()),
  );
  const isRule = (index: number): boolean => rows[index]?.every((cell) => /^:?-+:?$/.test(cell)) ?? false;
  return rows.flatMap((cells, index) => (cells === undefined || isRule(index) || isRule(index + 1) ? [] : [cells]));
}

/** The identifiers at the start of each piece of `code` in a text: `a` and `b` of "`a(x)`, `b`". */
export function codeNames(text: string): readonly string[] {
  return [...text.matchAll(/`([\w$]+)[^`]*`/g)].map(([, name = '']) => name);
}

/** A link in a Markdown text, to another file or to a heading. */
export interface Link {
  /** The target without its heading: empty if the heading is in the same file. */
  readonly file: string;
  /** The anchor of the heading. Empty if there is none. */
  readonly anchor: string;
}

/** The inline links and images in a Markdown text. Code has no links. */
export function links(markdown: string): readonly Link[] {
  return [...withoutCode(markdown).matchAll(/\]\(([^)#\s]*)(?:#([^)\s]*))?\)/g)].map(([, file = '', anchor = '']) => ({
    file,
    anchor,
  }));
}

/** The anchors of the headings in a Markdown text, as GitHub forms them. */
export function anchors(markdown: string): readonly string[] {
  const seen = new Map<string, number>();
  return sections(markdown).map(({ title }) => {
    const anchor = anchorOf(title);
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** The lines of prose in a Markdown text, by number: no code, no tables, no headings, and links without targets. */
export function proseLines(markdown: string): ReadonlyMap<number, string> {
  const lines = withoutFences(markdown).split('\n');
  const prose = lines.map((line, index) => [index + 1, line.replaceAll(/\]\([^)\s]*\)/g, ']')] as const);
  return new Map(prose.filter(([, line]) => /\S/.test(line) && !/^\s*[|#]/.test(line)));
}

/** The lines of the tables in a Markdown text, by number. */
export function tableLines(markdown: string): ReadonlyMap<number, string> {
  const lines = withoutFences(markdown).split('\n');
  return new Map(lines.map((line, index) => [index + 1, line] as const).filter(([, line]) => /^\s*\|/.test(line)));
}

/** The text with blank lines instead of fenced code, so that line numbers stay. */
function withoutFences(markdown: string): string {
  return markdown.replaceAll(/^[ \t]*```[^\n]*\n[\s\S]*?^[ \t]*```/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}

function withoutCode(markdown: string): string {
  return withoutFences(markdown).replaceAll(/`[^`\n]*`/g, '');
}
