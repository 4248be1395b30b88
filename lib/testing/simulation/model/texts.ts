import type { ZerobusError } from '../../../errors/zerobusError.ts';
import type { ZerobusEvent } from '../../../stream/zerobusEvent.ts';
import type { ServiceSignal } from './callModel.ts';

/** Returns an event as a line of a trace. */
export function textOf(event: ZerobusEvent): string {
  const { at: _, stream: __, kind, ...rest } = event;
  const parts = Object.entries(rest).map(([name, value]) => {
    const shown = value instanceof Error ? (value as ZerobusError).code : String(value);
    return `${name} ${shown}`;
  });
  return [kind, ...parts].join(' ');
}

/** Returns what the service says as a line of a trace. */
export function textOfSignal(signal: ServiceSignal): string {
  switch (signal.kind) {
    case 'ack':
      return `an ack of ${signal.offset ?? 'nothing'}`;
    case 'close signal':
      return `a close signal of ${signal.durationMs} ms`;
    case 'failure':
      return `the status ${signal.error.code}`;
    default:
      return signal.kind;
  }
}
