import type { TemplateResult } from 'lit-html';
import type { ServerView } from '../lib/live/api/serverView.ts';
import type { LiveFeed } from './liveFeed.ts';

/** What a view is given. */
export interface ViewContext {
  /** What follows the name of the view in the address: `#/tables/main.iot.readings` has one part. */
  readonly parts: readonly string[];
  readonly server: ServerView;
  readonly feed: LiveFeed;
  /** Renders the page again, soon. Views call it after their state has changed. */
  readonly update: () => void;
}

/** A view that is open. */
export interface View {
  render(): TemplateResult;
  /** Releases what the view holds. It is closed when another address is opened. */
  close?(): void;
}

/** A view that can be opened. */
export interface ViewKind {
  /** The name in the address: `#/tables`. */
  readonly name: string;
  readonly title: string;
  readonly open: (context: ViewContext) => View;
}
