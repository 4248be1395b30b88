import { type SqlVariables, shortName } from './expandPlaceholders.ts';
import type { SqlTokenReader } from './sqlTokenReader.ts';

/**
 * Reads a statement that gives a variable its value: `CREATE WIDGET … DEFAULT '…'`, `SET name = …`, `DECLARE name
 * STRING DEFAULT '…'` or `SET VAR name = '…'`.
 *
 * @returns undefined if it is another statement, or if the value is not a text
 */
export function readDefaultValue(tokens: SqlTokenReader): SqlVariables | undefined {
  if (tokens.takeWords('CREATE', 'WIDGET')) {
    tokens.expectName('the kind of the widget');
    const { text: name } = tokens.expectName('the name of the widget');
    tokens.expectWords('DEFAULT');
    return { [name]: tokens.expectString('the default value') };
  }
  if (tokens.comesWords('SET') && comesKey(tokens)) {
    tokens.take();
    return readAssignment(tokens);
  }
  if (tokens.comesPunctuation('=', 3) && (tokens.takeWords('SET', 'VAR') || tokens.takeWords('SET', 'VARIABLE'))) {
    return readAssignment(tokens);
  }
  return tokens.comesWords('DECLARE') ? readDeclaration(tokens) : undefined;
}

/** Whether a name such as `catalog` or `var.catalog` comes after the next token, other than one of Spark's settings. */
function comesKey(tokens: SqlTokenReader): boolean {
  let after = 2;
  while (tokens.comesPunctuation('.', after)) {
    after += 2;
  }
  return tokens.comesPunctuation('=', after) && (after === 2 || !tokens.comesWordAfter('SPARK', 1));
}

function readAssignment(tokens: SqlTokenReader): SqlVariables {
  let { text: name } = tokens.expectName('a name');
  while (tokens.takePunctuation('.')) {
    name += `.${tokens.expectName('the rest of the name').text}`;
  }
  tokens.expectPunctuation('=');
  const value = tokens.next.kind === 'string' ? tokens.expectString('a value') : tokens.takeTextUntil(() => false);
  return { [shortName(name)]: value };
}

/** Reads `DECLARE [OR REPLACE] [VARIABLE] name [TYPE] { DEFAULT | = } '…'`. */
function readDeclaration(tokens: SqlTokenReader): SqlVariables | undefined {
  tokens.take();
  tokens.takeWords('OR', 'REPLACE');
  tokens.takeWords('VARIABLE');
  const { text: name } = tokens.take();
  tokens.takeTextUntil((token) => /^(?:=|default)$/i.test(token.text));
  tokens.take();
  return tokens.next.kind === 'string' ? { [name]: tokens.expectString('the value') } : {};
}
