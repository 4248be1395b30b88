import type { LiveEvents } from '../lib/live/api/liveEvents.ts';
import { forgetToken } from './request.ts';

/** Whether events arrive. */
export type FeedState = 'connecting' | 'open' | 'lost';

/** How long after a connection was lost the next one is tried. */
const RETRY_MS = 1000;

/**
 * How long a page that is not seen stays connected. A browser keeps six connections to a server, so that forgotten
 * pages would block the next one.
 */
const SLEEP_AFTER_MS = 5 * 60 * 1000;

/**
 * The server's events. One connection serves all views. When it is lost, another one is opened, also if the server
 * answers with an error, which an `EventSource` alone takes for the end.
 */
export class LiveFeed {
  readonly #events = new EventTarget();
  readonly #names = new Set<string>();
  #source: EventSource | undefined;
  #state: FeedState = 'connecting';
  /** Whether events were missed. */
  #isBehind = false;
  /** The next try to connect, or the time to fall asleep. */
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => this.#see());
    // A page that was left may be kept for the way back, with its connection.
    addEventListener('pagehide', () => this.#sleep());
    addEventListener('pageshow', ({ persisted }) => persisted && this.#see());
    this.#connect();
  }

  get state(): FeedState {
    return this.#state;
  }

  /**
   * Calls a function with each event of a name.
   *
   * @returns a function that ends this
   */
  on<Name extends keyof LiveEvents>(name: Name, onEvent: (event: LiveEvents[Name]) => void): () => void {
    if (!this.#names.has(name)) {
      this.#names.add(name);
      this.#source?.addEventListener(name, this.#pass);
    }
    return this.#listen(`event ${name}`, (event) => onEvent((event as CustomEvent<LiveEvents[Name]>).detail));
  }

  /**
   * Calls a function when {@link state} has changed.
   *
   * @returns a function that ends this
   */
  onState(onState: (state: FeedState) => void): () => void {
    return this.#listen('state', () => onState(this.#state));
  }

  /**
   * Calls a function when events arrive again. Those of the time between are lost, and the server may be another one:
   * views read again what they show.
   *
   * @returns a function that ends this
   */
  onReturn(onReturn: () => void): () => void {
    return this.#listen('return', onReturn);
  }

  /** Tries at once to connect. */
  retry(): void {
    clearTimeout(this.#timer);
    this.#connect();
  }

  readonly #pass = ({ type, data }: MessageEvent<string>): void => {
    this.#events.dispatchEvent(new CustomEvent(`event ${type}`, { detail: JSON.parse(data) }));
  };

  #connect(): void {
    this.#source?.close();
    const source = new EventSource('api/local/events');
    this.#source = source;
    for (const name of this.#names) {
      source.addEventListener(name, this.#pass);
    }
    source.addEventListener('open', () => {
      this.#become('open');
      if (this.#isBehind) {
        this.#isBehind = false;
        this.#events.dispatchEvent(new Event('return'));
      }
    });
    source.addEventListener('error', () => {
      source.close();
      forgetToken();
      this.#isBehind = true;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
      this.#become('lost');
    });
  }

  /** The page is seen again, or no more. */
  #see(): void {
    clearTimeout(this.#timer);
    if (document.hidden) {
      this.#timer = setTimeout(() => this.#sleep(), SLEEP_AFTER_MS);
    } else if (this.#state !== 'open') {
      this.#connect();
    }
  }

  #sleep(): void {
    this.#source?.close();
    this.#isBehind = true;
    this.#become('connecting');
  }

  #listen(name: string, listener: (event: Event) => void): () => void {
    this.#events.addEventListener(name, listener);
    return () => this.#events.removeEventListener(name, listener);
  }

  #become(state: FeedState): void {
    if (this.#state !== state) {
      this.#state = state;
      this.#events.dispatchEvent(new Event('state'));
    }
  }
}
