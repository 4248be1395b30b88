/** What a page does in its life, as far as its events need to know. */
export interface PageEvents {
  /** The page is hidden, and may never be shown again. */
  onHidden(): void;
  /** The page is shown. */
  onShown(): void;
  onOnline(): void;
  onOffline(): void;
  /** The page is put aside, as it is: into the back/forward cache, or frozen. Others must not wait for it. */
  onSuspend(): void;
  /** Nothing of the page runs any more until it goes on. It must not hold anything. */
  onFreeze(): void;
  /** The page goes on. */
  onResume(): void;
}

/**
 * Listens to the page. Outside of a page, as in a worker, only the network is listened to.
 *
 * @returns a function that ends it
 */
export function listenToPage(page: PageEvents): () => void {
  const controller = new AbortController();
  const { signal } = controller;
  const listen = (target: EventTarget | undefined, type: string, listener: (event: Event) => void): void =>
    target?.addEventListener?.(type, listener, { signal });
  const { document } = globalThis;
  listen(globalThis, 'online', () => page.onOnline());
  listen(globalThis, 'offline', () => page.onOffline());
  listen(document, 'visibilitychange', () =>
    document.visibilityState === 'hidden' ? page.onHidden() : page.onShown(),
  );
  listen(globalThis, 'pagehide', (event) => {
    page.onHidden();
    if ((event as PageTransitionEvent).persisted) {
      page.onSuspend();
    }
  });
  listen(globalThis, 'pageshow', (event) => {
    if ((event as PageTransitionEvent).persisted) {
      page.onResume();
    }
  });
  listen(document, 'freeze', () => page.onFreeze());
  listen(document, 'resume', () => page.onResume());
  return () => controller.abort();
}
