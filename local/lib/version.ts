/** The version of this package, as the command prints it; a spec holds it against package.json. */
export const VERSION = '0.1.0';
