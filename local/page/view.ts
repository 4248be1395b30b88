import type { TemplateResult } from 'lit-html';
import type { ServerView } from '../lib/live/api/serverView.ts';
import type { LiveFeed } from './liveFeed.ts';

/** What a view is given. */
export interface ViewContext {
  /** What follows the name of the view in the address: `#/tables/main.iot.readings` has one part. */
  readonly parts: readonly string[];
  /** The server as it is now. It is another one after the server was started again. */
  readonly server: ServerView;
  readonly feed: LiveFeed;
  /** Renders the page again, soon. Views call it after their state has changed. */
  readonly update: () => void;
}

/** A view that is open. */
export interface View {
  /** What stands in the title of the window. Defaults to the title of the kind. */
  readonly title?: string;
  /** Renders all below `<main>`. It begins with a `<div class="heading">` and a `<h1 tabindex="-1">` in it. */
  render(): TemplateResult;
  /** Releases what the view holds. It is closed when another address is opened. */
  close?(): void;
}

/** A view that can be opened. */
export interface ViewKind {
  /** The name in the address: `#/tables`. */
  readonly name: string;
  readonly title: string;
  /** The picture in the navigation, one of `parts/icons.ts`. */
  readonly icon: TemplateResult;
  readonly open: (context: ViewContext) => View;
}
