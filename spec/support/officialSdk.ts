/** The native part of the official TypeScript SDK, loaded directly since it does not exist for every platform. */
export const OFFICIAL_SDK_PACKAGE = '@databricks/zerobus-ingest-sdk-linux-x64-gnu';

/** The number of records that the interop specs send through it, in each form and each mode. */
export const RECORD_COUNT = 10_000;
