import type { SqlToken } from './sqlTokens.ts';

const blockWords = /^(?:begin|case|end)$/i;

/** What can follow an `END` that does not end a block. */
const endsOther: ReadonlySet<string> = new Set(['IF', 'LOOP', 'WHILE', 'FOR', 'REPEAT']);

/** Splits the tokens of a script at each `;`. Each statement has a token of kind `end` as its last. */
export function splitStatements(tokens: readonly SqlToken[]): readonly (readonly SqlToken[])[] {
  const statements: SqlToken[][] = [];
  let statement: SqlToken[] = [];
  let depth = 0;
  tokens.forEach((token, index) => {
    const isSemicolon = token.kind === 'punctuation' && token.text === ';';
    if (token.kind !== 'end' && (!isSemicolon || depth > 0)) {
      statement.push(token);
      depth = Math.max(0, depth + blockDepth(statement, token, tokens[index + 1]));
      return;
    }
    if (statement.length > 0) {
      statements.push([...statement, { ...token, kind: 'end', text: '', source: '' }]);
    }
    statement = [];
    depth = 0;
  });
  return statements;
}

/** By how much the token nests deeper into blocks, whose statements end with `;` too. */
function blockDepth(statement: readonly SqlToken[], token: SqlToken, next: SqlToken | undefined): number {
  if (token.kind !== 'word' || !blockWords.test(token.text) || !hasBlocks(statement, next)) {
    return 0;
  }
  const nextWord = next?.kind === 'word' ? next.text.toUpperCase() : '';
  switch (token.text.toUpperCase()) {
    case 'BEGIN':
      return 1;
    case 'CASE':
      return statement.at(-2)?.text.toUpperCase() === 'END' ? 0 : 1;
    case 'END':
      return endsOther.has(nextWord) ? 0 : -1;
    default:
      return 0;
  }
}

/** Whether it is a block or makes a procedure, and not the beginning of a transaction. */
function hasBlocks(statement: readonly SqlToken[], next: SqlToken | undefined): boolean {
  const words = statement.slice(0, 5).map(({ text }) => text.toUpperCase());
  if (words[0] === 'BEGIN') {
    const second = words[1] ?? next?.text.toUpperCase() ?? '';
    return !['TRANSACTION', 'WORK', ';', ''].includes(second);
  }
  return words[0] === 'CREATE' && words.includes('PROCEDURE');
}
