import type { LiveEvents } from '../lib/live/api/liveEvents.ts';
import { forgetToken } from './request.ts';

/** Whether events arrive. */
export type FeedState = 'connecting' | 'open' | 'lost';

/** The server's events. One connection serves all views. */
export class LiveFeed {
  readonly #source = new EventSource('api/local/events');
  readonly #onState: () => void;
  #state: FeedState = 'connecting';

  /** @param onState called when {@link state} changes */
  constructor(onState: () => void) {
    this.#onState = onState;
    this.#source.addEventListener('open', () => this.#become('open'));
    this.#source.addEventListener('error', () => {
      forgetToken();
      this.#become('lost');
    });
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
    const listener = ({ data }: MessageEvent<string>): void => onEvent(JSON.parse(data) as LiveEvents[Name]);
    this.#source.addEventListener(name, listener as EventListener);
    return () => this.#source.removeEventListener(name, listener as EventListener);
  }

  #become(state: FeedState): void {
    if (this.#state !== state) {
      this.#state = state;
      this.#onState();
    }
  }
}
