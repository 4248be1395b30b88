/** The first line of a Python, R or Scala notebook that was exported as a source file. */
const otherNotebook = /^\uFEFF?\s*(?:#|\/\/) Databricks notebook source/;

/** What separates the cells of such a notebook, or of a SQL notebook. */
const cellSeparator = /^(?:#|\/\/|--) COMMAND -+\s*$/;

/** The beginning of each line of a cell in another language than that of the notebook. */
const magicLine = /^(?:#|\/\/|--) MAGIC ?/;

/** Whether the text is the source of a notebook whose language is not SQL. */
export function isOtherNotebook(source: string): boolean {
  return otherNotebook.test(source);
}

/**
 * Makes SQL of the source of a notebook. Cells of SQL are kept, with a `;` between them, and cells in other languages
 * are left out. Lines and columns stay where they are. Other text is returned as it is.
 */
export function notebookSql(source: string): string {
  const isSql = !isOtherNotebook(source);
  let isKept = isSql;
  let isStart = true;
  const lines = source.split('\n').map((line) => {
    if (cellSeparator.test(line)) {
      isKept = isSql;
      isStart = true;
      return ';';
    }
    const content = line.replace(magicLine, (magic) => ' '.repeat(magic.length));
    const isMagic = content !== line;
    const [language] = /^\s*%\w+/.exec(isMagic || isStart ? content : '') ?? [];
    if (language !== undefined) {
      isStart = false;
      isKept = language.trim() === '%sql';
      return isKept ? `${' '.repeat(language.length)}${content.slice(language.length)}` : '';
    }
    isStart &&= content.trim() === '' || /^\s*--/.test(line);
    return isKept ? content : '';
  });
  return lines.join('\n');
}
