import { TableDefinitionError } from '../errors.ts';
import { refuseOtherPlaceholders } from './refuseOtherPlaceholders.ts';
import { type SqlToken, tokenizeSql } from './sqlTokens.ts';
import { stringSql } from './stringSql.ts';

/** Values of placeholders by their names. */
export type SqlVariables = Readonly<Record<string, string>>;

/** `${name}` as notebooks and bundles have it, or `{{name}}` as dashboards and templates have it. */
const placeholder = /\$\{([^{}\n]*)\}|\{\{([^{}\n]*)\}\}/g;

/** A placeholder, or a character after a backslash, which does not begin one: `'$\{name}'` has none. */
const placeholderOrEscape = new RegExp(`${placeholder.source}|\\\\[\\s\\S]`, 'g');

/** Words that are followed by a text, which may be a parameter. */
const textWords = /^(?:comment|default|location)$/i;

/**
 * Replaces the placeholders in the tokens of a statement by their values. Outside of quotes, a value can be several
 * tokens, such as `main.iot`. A parameter such as `:name` becomes a string literal if a text can be in its place.
 *
 * @throws {@link TableDefinitionError} if a placeholder has no value, or is of a form that is not known
 */
export function expandPlaceholders(tokens: readonly SqlToken[], variables: SqlVariables): readonly SqlToken[] {
  refuseOtherPlaceholders(tokens);
  const expanded: SqlToken[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const token = tokens[index] as SqlToken;
    if (isTextParameter(tokens, index)) {
      index += 1;
      const name = (tokens[index] as SqlToken).text;
      const text = variableValue(name, variables) ?? failWithoutValue(`:${name}`, name, token);
      expanded.push({ ...token, kind: 'string', text, source: stringSql(text) });
    } else {
      expanded.push(...expandToken(token, variables));
    }
  }
  return expanded;
}

function expandToken(token: SqlToken, variables: SqlVariables): readonly SqlToken[] {
  if (token.text.search(placeholder) < 0) {
    return [token];
  }
  const expand = (text: string, pattern: RegExp, quoted: (value: string) => string = (value) => value) =>
    text.replace(pattern, (written: string, dollar?: string, braces?: string) => {
      const name = (dollar ?? braces ?? '').trim();
      return name === ''
        ? written
        : quoted(variableValue(name, variables) ?? failWithoutValue(written, shortName(name), token));
    });
  if (token.kind === 'word') {
    return expandWord(token, expand(token.text, placeholder));
  }
  if (token.kind === 'identifier' || !/^['"]/.test(token.source)) {
    const text = expand(token.text, placeholder);
    return [
      { ...token, text, source: token.kind === 'identifier' ? `\`${text.replaceAll('`', '``')}\`` : stringSql(text) },
    ];
  }
  const source = expand(token.source, placeholderOrEscape, (value) =>
    stringSql(value).slice(1, -1).replaceAll('"', '\\"'),
  );
  return tokenizeSql(source)
    .slice(0, 1)
    .map(({ text }) => ({ ...token, text, source }));
}

function expandWord(token: SqlToken, text: string): readonly SqlToken[] {
  const { line, column } = token;
  try {
    const inner = tokenizeSql(text).slice(0, -1);
    return inner.map((part, index) => ({
      ...part,
      isAdjacent: index === 0 ? token.isAdjacent : part.isAdjacent,
      line,
      column,
    }));
  } catch (cause) {
    const reason = (cause as Error).message.replace(/^Line \d+, column \d+: /, '');
    const problem = `the value of the placeholder ${token.text} is not SQL: ${reason}`;
    throw new TableDefinitionError(`Line ${line}, column ${column}: ${problem}`, { cause });
  }
}

/** Whether a parameter is there, other than one that is a part of a name, and not the `:` of a struct or a cast. */
function isTextParameter(tokens: readonly SqlToken[], index: number): boolean {
  const [earlier, before, token, name] = [tokens[index - 2], tokens[index - 1], tokens[index], tokens[index + 1]];
  if (token?.kind !== 'punctuation' || token.text !== ':' || name?.kind !== 'word' || !name.isAdjacent) {
    return false;
  }
  return before?.kind === 'punctuation'
    ? !/[:.)\]>]/.test(before.text)
    : before?.kind === 'word' &&
        textWords.test(before.text) &&
        !token.isAdjacent &&
        !/^[<,]$/.test(earlier?.text ?? '');
}

/** The value of a variable, by its name as a placeholder or a parameter has it. Bundles write `${var.name}`. */
export function variableValue(name: string, variables: SqlVariables): string | undefined {
  const key = [name, shortName(name)].find((each) => Object.hasOwn(variables, each));
  return key === undefined ? undefined : variables[key];
}

/** The name of a variable without the prefix that bundles and notebooks give it. */
export function shortName(name: string): string {
  return name.replace(/^(?:var|env)[.:]/, '');
}

/** @throws {@link TableDefinitionError} */
export function failWithoutValue(written: string, name: string, { line, column }: SqlToken): never {
  throw new TableDefinitionError(
    `Line ${line}, column ${column}: the placeholder ${written} has no value. Set it with --var ${name}=…, or with the ` +
      "option 'variables' of the library.",
  );
}
