import { failWithoutValue, type SqlVariables, variableValue } from './expandPlaceholders.ts';
import { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/**
 * Reads a name with dots between its parts: bare, in backquotes, as a parameter such as `:schema`, or computed by
 * `IDENTIFIER(:catalog || '.iot.readings')`.
 */
export function readNameParts(tokens: SqlTokenReader, what: string, variables: SqlVariables): readonly SqlToken[] {
  const parts: SqlToken[] = [];
  do {
    const start = tokens.next;
    if (tokens.comesWords('IDENTIFIER') && tokens.comesPunctuation('(', 1)) {
      tokens.take();
      tokens.take();
      parts.push(...partsOf(readTexts(tokens, variables), start, what));
      tokens.expectPunctuation(')');
    } else if (tokens.takePunctuation(':')) {
      parts.push(...partsOf(readParameter(tokens, start, variables), start, what));
    } else {
      parts.push(tokens.expectName(what));
    }
  } while (tokens.takePunctuation('.'));
  return parts;
}

/** Reads strings and parameters with `||` between them. */
function readTexts(tokens: SqlTokenReader, variables: SqlVariables): string {
  let text = '';
  do {
    const start = tokens.next;
    if (start.kind === 'string') {
      text += tokens.expectString('a part of the name');
    } else if (tokens.takePunctuation(':')) {
      text += readParameter(tokens, start, variables);
    } else {
      text += readVariable(tokens, variables);
    }
  } while (tokens.takeOperator('||'));
  return text;
}

/** Reads the name of a variable of the script. */
function readVariable(tokens: SqlTokenReader, variables: SqlVariables): string {
  const value = tokens.next.kind === 'word' ? variableValue(tokens.next.text, variables) : undefined;
  if (value === undefined) {
    tokens.fail(
      'expected strings, variables with a text and parameters such as :catalog, with || between them, in IDENTIFIER(…)',
    );
  }
  tokens.take();
  return value;
}

function readParameter(tokens: SqlTokenReader, start: SqlToken, variables: SqlVariables): string {
  const { text } = tokens.expectName('the name of a parameter');
  return variableValue(text, variables) ?? failWithoutValue(`:${text}`, text, start);
}

/** The parts of a name that is the value of an expression, at the place of the expression. */
function partsOf(name: string, { line, column }: SqlToken, what: string): readonly SqlToken[] {
  const tokens = new SqlTokenReader(name);
  const parts: SqlToken[] = [];
  do {
    parts.push({ ...tokens.expectName(what), line, column });
  } while (tokens.takePunctuation('.'));
  return parts;
}
