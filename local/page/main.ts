import { html, render } from 'lit-html';
import type { ServerView } from '../lib/live/api/serverView.ts';
import { LiveFeed } from './liveFeed.ts';
import { overview } from './overview/overview.ts';
import { get } from './request.ts';
import type { View, ViewKind } from './view.ts';

const kinds: readonly ViewKind[] = [overview];

let isRendering = false;
let view: View | undefined;
let server: ServerView | undefined;
let problem: string | undefined;
const feed = new LiveFeed(update);

function update(): void {
  if (isRendering) {
    return;
  }
  isRendering = true;
  requestAnimationFrame(() => {
    isRendering = false;
    render(page(), document.body);
  });
}

function page(): unknown {
  return html`<main>${problem ?? view?.render() ?? ''}</main>`;
}

function open(): void {
  if (server === undefined) {
    return;
  }
  const [name, ...parts] = location.hash.replace(/^#\/?/, '').split('/').map(decodeURIComponent);
  view?.close?.();
  const kind = kinds.find((each) => each.name === name) ?? overview;
  document.title = `${kind.title} – zerobus-local`;
  view = kind.open({ parts, server, feed, update });
  update();
}

async function start(): Promise<void> {
  try {
    server = await get<ServerView>('server');
    open();
  } catch (error) {
    problem = (error as Error).message;
    update();
  }
}

addEventListener('hashchange', open);
update();
void start();
