/** The part of the package that is used here. It is built after this one, and may not be installed. */
declare module 'zerobus-local' {
  interface LocalServer {
    readonly endpoint: string;
    readonly workspaceUrl: string;
    tablePath(fullName: string): string;
    close(): Promise<void>;
  }

  function startZerobusLocal(options: {
    readonly dataDir: string;
    readonly tables: readonly string[];
    readonly auth: { readonly clientId: string; readonly clientSecret: string };
  }): Promise<LocalServer>;
}
