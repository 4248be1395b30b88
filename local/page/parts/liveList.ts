import type { LiveEvents } from '../../lib/live/api/liveEvents.ts';
import type { ViewContext } from '../view.ts';
import { Resource } from './resource.ts';

/** As many as the server keeps. */
const KEPT = 200;

/** The events of a kind, newest first: those of before are read, and those of now are added. */
export class LiveList<Name extends 'rejection' | 'token'> {
  readonly #resource: Resource<readonly LiveEvents[Name][]>;
  readonly #ends: readonly (() => void)[];
  /** Events that come while the others are read. */
  #early: LiveEvents[Name][] = [];

  /**
   * @param path what is read, below `/api/local/`
   * @param name the name of the events
   */
  constructor(path: string, name: Name, { feed, update }: ViewContext) {
    this.#resource = new Resource(path, () => {
      for (const event of this.#early) {
        this.#add(event);
      }
      this.#early = [];
      update();
    });
    this.#ends = [
      feed.on(name, (event) => {
        if (this.items === undefined) {
          this.#early.push(event);
        } else {
          this.#add(event);
          update();
        }
      }),
      feed.onReturn(() => this.read()),
    ];
    this.read();
  }

  /** `undefined` until they are read. */
  get items(): readonly LiveEvents[Name][] | undefined {
    return this.#resource.value;
  }

  /** Why they could not be read. */
  get error(): Error | undefined {
    return this.#resource.error;
  }

  read(): void {
    void this.#resource.read();
  }

  close(): void {
    this.#resource.close();
    for (const end of this.#ends) {
      end();
    }
  }

  #add(event: LiveEvents[Name]): void {
    const items = this.items ?? [];
    if (event.id > (items[0]?.id ?? 0)) {
      this.#resource.value = [event, ...items].slice(0, KEPT);
    }
  }
}
