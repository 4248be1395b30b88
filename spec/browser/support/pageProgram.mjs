// What the pages of the specs run: a tracker on the window, that a spec calls.

import { NEVER, Subject } from 'rxjs';
import { toGateway } from 'rxjs-zerobus/browser';

class Tracker {
  values$ = new Subject();
  watermark = -1;
  watermarks = [];
  events = [];
  error = undefined;
  isComplete = false;
  #waiting = [];

  /**
   * Subscribes. `headers` are the texts of an authorization, one for each time that they are asked for, and
   * `getHeaders` is the option `headers`.
   */
  begin({ url = '/events', headers, getHeaders, isSilent = false, ...options } = {}) {
    const authorization =
      getHeaders ?? (headers && (() => ({ authorization: headers.length > 1 ? headers.shift() : headers[0] })));
    const source = isSilent ? NEVER : this.values$;
    this.subscription = source
      .pipe(
        toGateway(url, {
          recoveryBackoffMs: 20,
          recoveryBackoffMaxMs: 100,
          ...(authorization && { headers: authorization }),
          ...options,
          events: { next: (event) => this.#note(() => this.events.push(event)) },
        }),
      )
      .subscribe({
        next: (watermark) =>
          this.#note(() => {
            this.watermark = watermark;
            this.watermarks.push(watermark);
          }),
        error: ({ name, code, message, unacked }) => this.#note(() => (this.error = { name, code, message, unacked })),
        complete: () => this.#note(() => (this.isComplete = true)),
      });
  }

  track(...values) {
    for (const value of values) {
      this.values$.next(value);
    }
  }

  /** Tracks `{ n }` for each number from the first up to the last. */
  count(first, last, more = {}) {
    for (let n = first; n <= last; n++) {
      this.values$.next({ n, ...more });
    }
  }

  end() {
    this.values$.complete();
  }

  /** Resolves when a condition holds. */
  until(condition) {
    return new Promise((resolve) => {
      this.#waiting.push(() => condition() && resolve(true));
      this.#note(() => undefined);
    });
  }

  settled(offset) {
    return this.until(() => this.watermark >= offset || this.error !== undefined);
  }

  reported(kind, count = 1) {
    return this.until(() => this.events.filter((event) => event.kind === kind).length >= count);
  }

  /** The keys of all events in IndexedDB. */
  keys(database = 'rxjs-zerobus /events') {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(database);
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const keys = opening.result.transaction('events').objectStore('events').getAllKeys();
        keys.onsuccess = () => {
          opening.result.close();
          resolve(keys.result);
        };
      };
    });
  }

  /** Resolves when IndexedDB has no event left. */
  async emptied() {
    const durable = () => this.events.filter(({ kind }) => kind === 'durable').length;
    for (let before = durable(); (await this.keys()).length > 0; before = durable()) {
      await this.until(() => durable() > before);
    }
  }

  #note(change) {
    change();
    for (const check of this.#waiting) {
      check();
    }
  }
}

globalThis.tracker = new Tracker();
