import type { LiveEvents } from '../../lib/live/api/liveEvents.ts';
import type { ZerobusLocal } from '../../lib/zerobusLocal.ts';

/** An event as it was received. */
export interface ReceivedEvent {
  readonly name: keyof LiveEvents;
  readonly data: unknown;
}

/** Reads `GET /api/local/events`, as a live page does. */
export class EventFeed {
  readonly response: Response;
  readonly received: ReceivedEvent[] = [];
  /** Resolves when the connection is closed, by either side. */
  readonly ended: Promise<void>;
  readonly #abort: AbortController;
  #isEnded = false;
  #wake: () => void = () => undefined;

  private constructor(response: Response, abort: AbortController) {
    this.response = response;
    this.#abort = abort;
    this.ended = this.#read()
      .catch(() => undefined)
      .then(() => {
        this.#isEnded = true;
        this.#wake();
      });
  }

  static async open(
    server: Pick<ZerobusLocal, 'workspaceUrl'>,
    headers: Record<string, string> = {},
  ): Promise<EventFeed> {
    const abort = new AbortController();
    const response = await fetch(`${server.workspaceUrl}/api/local/events`, { headers, signal: abort.signal });
    return new EventFeed(response, abort);
  }

  /** Waits for an event, also one that has been received before. */
  async next<Name extends keyof LiveEvents>(
    name: Name,
    isMeant: (data: LiveEvents[Name]) => boolean = () => true,
  ): Promise<LiveEvents[Name]> {
    for (let at = 0; ; at++) {
      while (at >= this.received.length) {
        if (this.#isEnded) {
          throw new Error(`The feed has ended without the event ${name}.`);
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
      const event = this.received[at] as ReceivedEvent;
      if (event.name === name && isMeant(event.data as LiveEvents[Name])) {
        return event.data as LiveEvents[Name];
      }
    }
  }

  /** Leaves, as a page that is closed. */
  async close(): Promise<void> {
    this.#abort.abort();
    await this.ended;
  }

  async #read(): Promise<void> {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of this.response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const blocks = text.split('\n\n');
      text = blocks.pop() ?? '';
      for (const block of blocks) {
        const [, name, data = ''] = /^event: (.*)\ndata: (.*)$/.exec(block) ?? [];
        if (name !== undefined) {
          this.received.push({ name: name as keyof LiveEvents, data: JSON.parse(data) });
        }
      }
      this.#wake();
    }
  }
}
