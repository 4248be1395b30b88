import { TableDefinitionError } from '../errors.ts';
import type { SqlToken } from './sqlTokens.ts';

/** Placeholders of shells, Python and manuals, as the beginning of the text of some tokens. */
const otherForms: readonly RegExp[] = [
  /^\$([\p{L}_][\p{L}\p{N}_]*)/u,
  /^\{([\p{L}\p{N}_]+)\}/u,
  /^%\(([\p{L}\p{N}_]+)\)s\b/u,
];

/** Placeholders that are the same as other things, such as the argument of a type, unless they are in a name. */
const formsInNames: readonly RegExp[] = [
  ...otherForms,
  /^<([\p{L}\p{N}_-]+)>/u,
  /^[@&]([\p{L}_][\p{L}\p{N}_]*)/u,
  /^%([\p{L}_][\p{L}\p{N}_]*)%/u,
];

/** What comes before a name. */
const beforeName = /^(?:\.|table|exists|catalog|schema|database|use)$/i;

/** More tokens than a placeholder has. */
const MOST_TOKENS = 10;

/**
 * Refuses placeholders such as `$catalog`, `{catalog}`, `%(catalog)s` and `<catalog>`, which are not filled in.
 *
 * @throws {@link TableDefinitionError} which says how to write it instead
 */
export function refuseOtherPlaceholders(tokens: readonly SqlToken[]): void {
  tokens.forEach((token, index) => {
    if (token.kind !== 'punctuation' || !/[$<{%@&]/.test(token.text)) {
      return;
    }
    const text = adjacentText(tokens.slice(index, index + MOST_TOKENS));
    const forms = beforeName.test(tokens[index - 1]?.text ?? '') ? formsInNames : otherForms;
    for (const form of forms) {
      const [written, name] = form.exec(text) ?? [];
      if (written !== undefined) {
        throw new TableDefinitionError(
          `Line ${token.line}, column ${token.column}: ${written} looks like a placeholder. Write it as \${${name}}, and ` +
            `set it with --var ${name}=…, or with the option 'variables' of the library.`,
        );
      }
    }
  });
}

/** The text of the first tokens up to a blank. */
function adjacentText(tokens: readonly SqlToken[]): string {
  const end = tokens.findIndex(({ isAdjacent }, index) => index > 0 && !isAdjacent);
  return (end < 0 ? tokens : tokens.slice(0, end)).map(({ source }) => source).join('');
}
