import { TableDefinitionError } from '../errors.ts';
import { type SqlToken, tokenizeSql } from './sqlTokens.ts';

/** Values of placeholders by their names. */
export type SqlVariables = Readonly<Record<string, string>>;

/** `${name}` as notebooks and bundles have it, or `{{name}}` as dashboards and templates have it. */
const placeholder = /\$\{([^{}\n]*)\}|\{\{([^{}\n]*)\}\}/g;

/**
 * Replaces the placeholders in the tokens of a statement by their values. A value can be several tokens, such as
 * `main.iot`. In a string, a placeholder without a value stays as it is.
 *
 * @throws {@link TableDefinitionError} if a placeholder has no value
 */
export function expandPlaceholders(tokens: readonly SqlToken[], variables: SqlVariables): readonly SqlToken[] {
  return tokens.flatMap((token) => {
    if (token.text.search(placeholder) < 0) {
      return [token];
    }
    const expand = (text: string, quoted: (value: string) => string = (value) => value) =>
      expandText(text, token, (name) => {
        const value = variableValue(name, variables);
        return value === undefined ? undefined : quoted(value);
      });
    const text = expand(token.text);
    if (token.kind === 'word') {
      const inner = tokenizeSql(text).slice(0, -1);
      return inner.map((part, index) => ({
        ...part,
        isAdjacent: index === 0 ? token.isAdjacent : part.isAdjacent,
        line: token.line,
        column: token.column,
      }));
    }
    const quote = token.source.charAt(0);
    const source = expand(token.source, (value) =>
      quote === '`' ? value.replaceAll('`', '``') : value.replace(/[\\'"]/g, '\\$&'),
    );
    return [{ ...token, text, source }];
  });
}

/** The value of a variable, by its name as a placeholder or a parameter has it. Bundles write `${var.name}`. */
export function variableValue(name: string, variables: SqlVariables): string | undefined {
  const short = name.replace(/^(?:var|env)[.:]/, '');
  const key = [name, short].find((each) => Object.hasOwn(variables, each));
  return key === undefined ? undefined : variables[key];
}

/** @throws {@link TableDefinitionError} */
export function failWithoutValue(written: string, name: string, { line, column }: SqlToken): never {
  throw new TableDefinitionError(
    `Line ${line}, column ${column}: the placeholder ${written} has no value. Set it with --var ${name}=…, or with the ` +
      "option 'variables' of the library.",
  );
}

function expandText(text: string, token: SqlToken, find: (name: string) => string | undefined): string {
  return text.replace(placeholder, (written: string, dollar?: string, braces?: string) => {
    const name = (dollar ?? braces ?? '').trim();
    const value = find(name);
    if (value === undefined && token.kind !== 'string') {
      failWithoutValue(written, name.replace(/^(?:var|env)[.:]/, ''), token);
    }
    return value ?? written;
  });
}
