import { html, type TemplateResult } from 'lit-html';
import type { ServerView } from '../../lib/live/api/serverView.ts';
import type { FeedState, LiveFeed } from '../liveFeed.ts';
import { copyAddress } from '../parts/copyButton.ts';
import { icons } from '../parts/icons.ts';
import type { ViewKind } from '../view.ts';
import { themeButton } from './themeButton.ts';

/** What the shell shows around a view. */
export interface ShellState {
  readonly server: ServerView | undefined;
  /** Whether the server does not answer at all. */
  readonly isGone: boolean;
  readonly feed: LiveFeed;
  readonly kinds: readonly ViewKind[];
  readonly current: ViewKind;
  readonly isUnfolded: boolean;
  readonly fold: (isUnfolded: boolean) => void;
  readonly update: () => void;
}

/** The header, the navigation and the place of a view. */
export function shell(state: ShellState, view: unknown): TemplateResult {
  const { server, feed, kinds, current, isUnfolded, fold, update } = state;
  const addresses =
    server === undefined
      ? ''
      : [copyAddress('Endpoint', server.endpoint), copyAddress('Workspace URL', server.workspaceUrl)];
  return html`<a class="skip" href="#main" @click=${skip}>Skip to the content</a>
    <header class="header">
      <a class="brand" href="#/overview">
        <img src="page/icon.svg" alt="" width="24" height="24" />
        <span>zerobus-local <span class="version">${server?.version ?? ''}</span></span>
      </a>
      ${connection(feed.state)}
      <span class="spring"></span>
      <div class="addresses">${addresses}</div>
      ${themeButton(update)}
      <button
        type="button"
        class="button quiet square menu-button"
        aria-label="Navigation"
        aria-expanded=${isUnfolded ? 'true' : 'false'}
        aria-controls="navigation"
        @click=${() => fold(!isUnfolded)}
      >
        ${isUnfolded ? icons.close : icons.menu}
      </button>
    </header>
    <div class="frame">
      <nav id="navigation" class=${isUnfolded ? 'navigation unfolded' : 'navigation'} aria-label="Views">
        <ul>
          ${kinds.map(
            (kind) =>
              html`<li>
                <a href=${`#/${kind.name}`} aria-current=${kind === current ? 'page' : 'false'} @click=${() => fold(false)}>
                  ${kind.icon}${kind.title}
                </a>
              </li>`,
          )}
        </ul>
        <div class="addresses">${addresses}</div>
      </nav>
      <main id="main">${view}</main>
    </div>
    <div class="toasts" role="alert">${feed.state === 'lost' ? lost(state) : ''}</div>`;
}

const connections: Readonly<Record<FeedState, readonly [dot: string, words: string]>> = {
  connecting: ['dot', 'Connecting'],
  open: ['dot good', 'Live'],
  lost: ['dot danger', 'Not connected'],
};

function connection(state: FeedState): TemplateResult {
  const [dot, words] = connections[state];
  return html`<span class="connection"><span class=${dot}></span>${words}</span>`;
}

function lost({ feed, isGone }: ShellState): TemplateResult {
  return html`<div class="toast danger">
    <span>${isGone ? 'The server is gone; trying again.' : 'The server sends no events; trying again.'}</span>
    <button type="button" class="button tight" @click=${() => feed.retry()}>Try now</button>
  </div>`;
}

/** The address of the page is the view's, so a jump must not change it. */
function skip(event: Event): void {
  event.preventDefault();
  document.querySelector<HTMLElement>('main h1')?.focus();
}
