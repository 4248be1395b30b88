import { createRequire } from 'node:module';
import type { PromiseClient } from './promiseClient.ts';

/** The native part of the official TypeScript SDK: there is none for every platform. */
export const OFFICIAL_SDK_PACKAGE = '@databricks/zerobus-ingest-sdk-linux-x64-gnu';

/** The part of it that is used here. */
export interface OfficialSdk {
  readonly RecordType: { readonly Json: number; readonly Proto: number };
  readonly ZerobusSdk: new (
    endpoint: string,
    workspaceUrl: string,
  ) => {
    createStream(
      table: { tableName: string; descriptorProto?: string },
      clientId: string,
      clientSecret: string,
      options: { recordType: number },
      /** Called by native code: it must answer at once, with pairs. */
      headersProvider: { getHeadersCallback: () => [string, string][] },
    ): Promise<PromiseClient<bigint>>;
  };
}

const require = createRequire(import.meta.url);

/** Where the package's entry is, or `undefined` where it is not installed. */
export function findOfficialSdk(): string | undefined {
  try {
    return require.resolve(OFFICIAL_SDK_PACKAGE);
  } catch {
    return undefined;
  }
}

/** Why it can't be measured on this machine; `undefined` where it can. */
export function officialObstacle(): string | undefined {
  if (findOfficialSdk() === undefined) {
    return 'not installable here: the official SDK has no native package for this platform';
  }
  try {
    loadOfficialSdk();
    return undefined;
  } catch {
    // npm installs it on every Linux, but it is linked against glibc.
    return 'not installable here: the native package of the official SDK does not load';
  }
}

/** Loads it. */
export function loadOfficialSdk(): OfficialSdk {
  return require(OFFICIAL_SDK_PACKAGE) as OfficialSdk;
}
