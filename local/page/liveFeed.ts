import type { LiveEvents } from '../lib/live/api/liveEvents.ts';
import { forgetToken } from './request.ts';

/** Whether events arrive. */
export type FeedState = 'connecting' | 'open' | 'lost';

/** How long after a connection was lost the next one is tried. */
const RETRY_MS = 1000;

/**
 * The server's events. One connection serves all views. When it is lost, another one is opened, also if the server
 * answers with an error, which an `EventSource` alone takes for the end.
 */
export class LiveFeed {
  readonly #events = new EventTarget();
  readonly #names = new Set<string>();
  #source: EventSource | undefined;
  #state: FeedState = 'connecting';
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#state === 'lost') {
        this.retry();
      }
    });
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
      const isReturn = this.#state === 'lost';
      this.#become('open');
      if (isReturn) {
        this.#events.dispatchEvent(new Event('return'));
      }
    });
    source.addEventListener('error', () => {
      source.close();
      forgetToken();
      this.#timer = setTimeout(() => this.#connect(), RETRY_MS);
      this.#become('lost');
    });
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
