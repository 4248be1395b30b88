/** The first line of a Python notebook that was exported as a source file. */
const pythonNotebook = /^\uFEFF?# Databricks notebook source\s*$/m;

/** What separates the cells of such a notebook. */
const pythonCell = /^# COMMAND -+\s*$/;

/** A line of a cell in another language than that of the notebook. */
const magicLine = /^(?:# |-- ?)MAGIC ?/;

/**
 * Makes SQL of the source of a notebook. Cells of SQL are kept, with a `;` between them, and cells in other languages
 * are left out. Lines and columns stay where they are. Other text is returned as it is.
 */
export function notebookSql(source: string): string {
  const text = source.replace(/^\uFEFF/, ' ');
  if (pythonNotebook.test(source)) {
    return keepSqlCells(text, pythonCell, false);
  }
  return keepSqlCells(text, /^-- COMMAND -+\s*$/, true);
}

/** @param isSql whether a cell without a language is SQL */
function keepSqlCells(text: string, separator: RegExp, isSql: boolean): string {
  let isKept = isSql;
  let isStart = true;
  const lines = text.split('\n').map((line) => {
    if (separator.test(line)) {
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
