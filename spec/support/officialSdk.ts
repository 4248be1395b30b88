/** The native part of the official TypeScript SDK, loaded directly: there is none for every platform. */
export const OFFICIAL_SDK_PACKAGE = '@databricks/zerobus-ingest-sdk-linux-x64-gnu';

/** How many records the interop specs have it send, in each form and each mode. */
export const RECORD_COUNT = 10_000;
