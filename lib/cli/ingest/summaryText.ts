import { countText, durationText, type RunProgress, rateOf } from './progressText.ts';
import type { IngestSettings } from './settings.ts';

/** Says what a run has done. */
export function summaryText(progress: RunProgress, { table, rejected }: IngestSettings, inputCount: number): string {
  const { settled, elapsedMs } = progress;
  const durable = settled - progress.rejected;
  const from = inputCount === 1 ? '' : ` of ${countText(inputCount)} inputs`;
  const notDurable = progress.read - settled;
  return [
    `${countText(durable)} ${durable === 1 ? 'record is' : 'records are'} durable in ${table}${from}`,
    ...(progress.rejected === 0 ? [] : [`${countText(progress.rejected)} rejected into ${rejected}`]),
    ...(notDurable === 0 ? [] : [`${countText(notDurable)} may not be durable`]),
    `${durationText(elapsedMs)}`,
    `${countText(rateOf(progress))} records/s.`,
  ].join(', ');
}
