/** What an application tracks. */
export interface TrackedEvent {
  /** What has happened, such as `click`. */
  readonly kind: string;
  /** The path of the page. Defaults to that of the address bar. */
  readonly page?: string;
  /** More about it, such as what was clicked. */
  readonly detail?: string;
}

/** An event as it is sent. A visit is a page from its load to its end, and counts its events from 0. */
export interface SentEvent extends TrackedEvent {
  readonly page: string;
  readonly visit: string;
  readonly number: number;
  /** The time in milliseconds since 1970, by the clock of the browser. */
  readonly at: number;
}
