import { ErrorHandler, Injectable, inject } from '@angular/core';
import { ZerobusEvents } from './zerobusEvents.ts';

/** An error that is thrown again and again must not fill the table. */
const MAX_ERRORS = 100;
const MAX_LENGTH = 300;

/** Tracks uncaught errors, at most 100 of a page, and forwards them to Angular's handler, which logs them. */
@Injectable()
export class TrackingErrorHandler extends ErrorHandler {
  readonly #events = inject(ZerobusEvents);
  #count = 0;

  override handleError(error: unknown): void {
    if (this.#count++ < MAX_ERRORS) {
      this.#events.track({ kind: 'error', detail: textOf(error).slice(0, MAX_LENGTH) });
    }
    super.handleError(error);
  }
}

function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return 'an error without a text';
  }
}
