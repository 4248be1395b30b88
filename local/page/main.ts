import { render } from 'lit-html';
import type { ServerView } from '../lib/live/api/serverView.ts';
import { LiveFeed } from './liveFeed.ts';
import { Resource } from './parts/resource.ts';
import { problem, skeleton } from './parts/states.ts';
import { RequestError } from './request.ts';
import { shell } from './shell/shell.ts';
import { restoreTheme } from './shell/theme.ts';
import type { View, ViewKind } from './view.ts';
import { views } from './views.ts';

restoreTheme();

let isRendering = false;
let isUnfolded = false;
let isNavigation = false;
let kind = kindOf(location.hash);
let view: View | undefined;
const feed = new LiveFeed();
const server = new Resource<ServerView>('server', () => {
  if (view === undefined && server.value !== undefined) {
    open();
  }
  update();
});

/** Renders the page with the next frame. A page that is not seen has none. */
function update(): void {
  if (!isRendering) {
    isRendering = true;
    requestAnimationFrame(draw);
  }
}

function draw(): void {
  isRendering = false;
  render(
    shell(
      {
        server: server.value,
        isGone: server.error instanceof RequestError && server.error.code === 'UNREACHABLE',
        feed,
        kinds: views,
        current: kind,
        isUnfolded,
        fold,
        update,
      },
      content(),
    ),
    document.body,
  );
  document.title = `${view?.title ?? kind.title} – zerobus-local`;
  if (isNavigation) {
    isNavigation = false;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }
}

function content(): unknown {
  if (view !== undefined) {
    return view.render();
  }
  return server.error === undefined
    ? skeleton(6)
    : problem('The server could not be asked.', server.error, () => void server.read());
}

function kindOf(hash: string): ViewKind {
  const [name] = partsOf(hash);
  return views.find((each) => each.name === name) ?? (views[0] as ViewKind);
}

/** An address that was typed may have percent signs in any place. */
function partsOf(hash: string): readonly string[] {
  const path = hash.replace(/^#\/?/, '');
  try {
    return path.split('/').map(decodeURIComponent);
  } catch {
    return [path];
  }
}

function open(): void {
  view?.close?.();
  kind = kindOf(location.hash);
  const [, ...parts] = partsOf(location.hash);
  view = kind.open({
    parts,
    get server() {
      return server.value as ServerView;
    },
    feed,
    update,
  });
  update();
}

function fold(isNowUnfolded: boolean): void {
  isUnfolded = isNowUnfolded;
  update();
}

addEventListener('hashchange', () => {
  if (server.value !== undefined) {
    isNavigation = true;
    isUnfolded = false;
    scrollTo(0, 0);
    open();
  }
});
addEventListener('keydown', ({ key }) => {
  if (key === 'Escape' && isUnfolded) {
    fold(false);
    document.querySelector<HTMLElement>('.menu-button')?.focus();
  }
});
feed.onState((state) => {
  if (state === 'lost') {
    void server.read();
  }
  update();
});
feed.onReturn(() => void server.read());
update();
void server.read();
