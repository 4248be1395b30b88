/** The version of this package, as sent to the service. A spec compares it with package.json. */
export const VERSION = '0.1.0';
