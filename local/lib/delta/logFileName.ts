import { join } from 'node:path';

/** The folder of a table's log, inside the table's root. */
export const LOG_FOLDER = '_delta_log';

/** Path of a commit file. */
export function commitPath(tablePath: string, version: number): string {
  return join(tablePath, LOG_FOLDER, `${versionText(version)}.json`);
}

/** Path of a classic checkpoint of one part. */
export function checkpointPath(tablePath: string, version: number): string {
  return join(tablePath, LOG_FOLDER, `${versionText(version)}.checkpoint.parquet`);
}

/** A version as it is written in the log's file names: 20 digits. */
export function versionText(version: number): string {
  return String(version).padStart(20, '0');
}

/** A file of the log, according to its name. */
export interface LogFile {
  readonly version: number;
  readonly name: string;
  readonly kind: 'commit' | 'checkpoint' | 'v2checkpoint';
  /** How many files the checkpoint consists of. */
  readonly parts: number;
}

/** Parses the name of a file in the log folder. Undefined if it is neither a commit nor a checkpoint. */
export function parseLogFileName(name: string): LogFile | undefined {
  const match = /^(\d{20})\.(?:(json)|checkpoint(?:\.(\d{10})\.(\d{10})|\.([0-9a-f-]{36}))?\.(?:parquet|json))$/.exec(
    name,
  );
  if (match === null) {
    return undefined;
  }
  const [, version, commit, , parts, uuid] = match;
  const kind = commit !== undefined ? 'commit' : uuid !== undefined ? 'v2checkpoint' : 'checkpoint';
  return { version: Number(version), name, kind, parts: parts === undefined ? 1 : Number(parts) };
}
