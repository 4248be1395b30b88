/** The version that the command prints. A spec compares it with package.json. */
export const VERSION = '0.1.0';

/** The documentation that the command and `GET /` lead to. */
export const DOCUMENTATION = 'https://github.com/rxjs-zerobus/rxjs-zerobus/tree/main/local#readme';
