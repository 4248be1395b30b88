/** The version that the command prints. A spec compares it with package.json. */
export const VERSION = '0.1.0';
