import type { Rejection } from '../../lib/live/api/rejection.ts';

/** Which rejections are shown. '' is any. */
export interface RejectionFilter {
  /** Part of the reason, the place, the record or the client. */
  readonly text: string;
  readonly table: string;
  readonly cause: string;
}

/** All rejections. */
export const anyRejection: RejectionFilter = { text: '', table: '', cause: '' };

/** The rejections that a filter lets through. */
export function filterRejections(
  all: readonly Rejection[],
  { text, table, cause }: RejectionFilter,
): readonly Rejection[] {
  const part = text.trim().toLowerCase();
  return all.filter(
    (rejection) =>
      (table === '' || rejection.tableName === table) &&
      (cause === '' || rejection.causes.includes(cause)) &&
      (part === '' || textOf(rejection).includes(part)),
  );
}

function textOf({ reason, place, record, client, userAgent }: Rejection): string {
  return [reason, place, record, client, userAgent].join('\n').toLowerCase();
}
