import { createRequire } from 'node:module';
import type { PromiseClient } from './promiseClient.ts';

/** The native part of the official TypeScript SDK. Not every platform has one. */
export const OFFICIAL_SDK_PACKAGE = '@databricks/zerobus-ingest-sdk-linux-x64-gnu';

/** The part of its API that is used here. */
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
      /** Called by native code. It must return pairs synchronously. */
      headersProvider: { getHeadersCallback: () => [string, string][] },
    ): Promise<PromiseClient<bigint>>;
  };
}

const require = createRequire(import.meta.url);

/** The path of the package's entry, or `undefined` if it is not installed. */
export function findOfficialSdk(): string | undefined {
  try {
    return require.resolve(OFFICIAL_SDK_PACKAGE);
  } catch {
    return undefined;
  }
}

/** Why the SDK cannot be measured on this machine, or `undefined` if it can. */
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

/** Loads the SDK. */
export function loadOfficialSdk(): OfficialSdk {
  return require(OFFICIAL_SDK_PACKAGE) as OfficialSdk;
}
