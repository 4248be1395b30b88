/** The native part of the official TypeScript SDK, loaded directly: there is none for every platform. */
export const officialSdkPackage = '@databricks/zerobus-ingest-sdk-linux-x64-gnu';

/** How many records the interop specs have it send, in each form and each mode. */
export const recordCount = 10_000;
