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
