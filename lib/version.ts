/** The version of this package, as it introduces itself to the service; a spec holds it against package.json. */
export const VERSION = '0.1.0';
