/** Name of the Parquet file that a segment's rows are written to. The number tells after a crash whose it is. */
export function dataFileName(segmentNumber: number, uuid: string): string {
  return `zerobus-${String(segmentNumber).padStart(12, '0')}-${uuid}.zstd.parquet`;
}

/** The number of the segment that a data file was written from; undefined where another writer wrote it. */
export function parseDataFileName(name: string): number | undefined {
  const match = /^zerobus-(\d{12})-[0-9a-f-]{36}\.zstd\.parquet$/.exec(name);
  return match === null ? undefined : Number(match[1]);
}
