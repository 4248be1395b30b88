import type { SqlTokenReader } from './sqlTokenReader.ts';
import type { SqlToken } from './sqlTokens.ts';

/** A property with the place of its key. */
interface Property {
  readonly key: string;
  readonly value: string | undefined;
  readonly token: SqlToken;
}

/** Reads `('key' = 'value', other.key = 5, …)`. Values are kept as text. */
export function readProperties(tokens: SqlTokenReader): readonly (Property & { readonly value: string })[] {
  return readPairs(tokens).map(({ key, value, token }) => ({
    key,
    value: value ?? tokens.fail(`the property ${key} has no value`, token),
    token,
  }));
}

/** Reads `('key' = 'value', 'other key', …)`. A tag without a value has an empty one. */
export function readTags(tokens: SqlTokenReader): Readonly<Record<string, string>> {
  return Object.fromEntries(readPairs(tokens).map(({ key, value = '' }) => [key, value]));
}

/** Reads `('key', other.key, …)`. */
export function readPropertyKeys(tokens: SqlTokenReader): readonly string[] {
  return readPairs(tokens).map(({ key }) => key);
}

function readPairs(tokens: SqlTokenReader): readonly Property[] {
  tokens.expectPunctuation('(');
  const pairs: Property[] = [];
  do {
    const token = tokens.next;
    const key = readKey(tokens);
    tokens.takePunctuation('=');
    pairs.push({ key, value: readValue(tokens), token });
  } while (tokens.takePunctuation(','));
  tokens.expectPunctuation(')');
  return pairs;
}

/** Reads a string, or words separated by dots. */
function readKey(tokens: SqlTokenReader): string {
  if (tokens.next.kind === 'string') {
    // Only one: the next may be the value, as the equals sign is optional.
    return tokens.take().text;
  }
  let key = tokens.expectName('the key of a property').text;
  for (;;) {
    const separator = tokens.comesPunctuation('.') ? '.' : tokens.comesPunctuation('-') ? '-' : undefined;
    if (separator === undefined) {
      return key;
    }
    tokens.take();
    key += separator + tokens.expectName('the rest of the key').text;
  }
}

/** Reads a string, a number or a boolean as text. Undefined if none comes next. */
function readValue(tokens: SqlTokenReader): string | undefined {
  if (tokens.next.kind === 'string') {
    return tokens.expectString('the value');
  }
  const text = tokens.takeTextUntil(() => false);
  return text === '' ? undefined : text.replace(/^(?:true|false)$/i, (word) => word.toLowerCase());
}
