import type { Refusal } from '../request/parseAnswer.ts';
import type { Progress } from '../store/eventStore.ts';

/** What tabs of a site say to each other. */
export type TabMessage =
  /** There are new events. */
  | { readonly kind: 'stored' }
  /** The leader knows how far the events are. */
  | { readonly kind: 'progress'; readonly progress: Progress; readonly refused: readonly Refusal[] };

/** Lets the tabs of a site talk to each other. Without a BroadcastChannel, nothing is said. */
export class TabChannel {
  readonly #channel: BroadcastChannel | undefined;

  constructor(name: string, onMessage: (message: TabMessage) => void) {
    if (globalThis.BroadcastChannel !== undefined) {
      this.#channel = new BroadcastChannel(name);
      this.#channel.onmessage = ({ data }: MessageEvent<TabMessage>) => onMessage(data);
    }
  }

  /** Says something to all other tabs. */
  post(message: TabMessage): void {
    this.#channel?.postMessage(message);
  }

  close(): void {
    this.#channel?.close();
  }
}
