import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from './usageError.ts';

/** The options of a command, as `parseArgs` describes them. */
export type OptionForms = NonNullable<ParseArgsConfig['options']>;

/** The options by their names, and the arguments between them. */
export interface GivenArguments {
  /** Returns the text of an option, from the environment if it is not given, or an empty text. */
  readonly text: (name: string) => string;
  /** Whether an option without a value is given. */
  readonly has: (name: string) => boolean;
  readonly positionals: readonly string[];
}

/** The environment variables that options default to. */
const variables: Readonly<Partial<Record<string, string>>> = {
  endpoint: 'ZEROBUS_ENDPOINT',
  'uc-endpoint': 'DATABRICKS_HOST',
  'client-id': 'DATABRICKS_CLIENT_ID',
  'client-secret': 'DATABRICKS_CLIENT_SECRET',
};

/**
 * Parses the arguments of a command.
 *
 * @param options the options that it has
 * @param env the environment that some of them default to
 * @param allowPositionals whether there may be arguments without an option
 * @throws {@link UsageError} if there are others
 */
export function parseOptions(
  args: readonly string[],
  options: OptionForms,
  env: Readonly<Record<string, string | undefined>>,
  allowPositionals: boolean,
): GivenArguments {
  const { values, positionals } = parsed(args, options, allowPositionals);
  return {
    text: (name) => {
      const variable = variables[name];
      return String(values[name] ?? (variable === undefined ? undefined : env[variable]) ?? '');
    },
    has: (name) => values[name] === true,
    positionals,
  };
}

/**
 * Checks that options are given.
 *
 * @throws {@link UsageError} if some are missing, all of which it names
 */
export function checkGiven({ text }: GivenArguments, needed: readonly string[]): void {
  const missing = needed.filter((name) => text(name) === '');
  if (missing.length > 0) {
    const list = missing.map((name) =>
      variables[name] === undefined ? `--${name}` : `--${name} (or ${variables[name]})`,
    );
    throw new UsageError(`Missing options: ${list.join(', ')}.`);
  }
}

function parsed(
  args: readonly string[],
  options: OptionForms,
  allowPositionals: boolean,
): { readonly values: Readonly<Record<string, unknown>>; readonly positionals: readonly string[] } {
  try {
    return parseArgs({ args: [...args], options, allowPositionals });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    // A secret that contains a space ends up here if it is not quoted.
    if (code === 'ERR_PARSE_ARGS_UNEXPECTED_POSITIONAL') {
      throw new UsageError('There is an argument without an option. Quote values that contain spaces.');
    }
    throw new UsageError(`${message.split(/[.\n]/, 1)[0] ?? message}.`);
  }
}
