/** The declarations of tinyglobby name this package, which has none. */
declare module 'picomatch';
