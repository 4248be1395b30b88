import { setTimeout } from 'node:timers/promises';
import type { Site } from './site.ts';

const LOOK_MS = 500;

/** Prints the rows of the table, each once. */
export class RowPrinter {
  readonly #site: Site;
  readonly #printed = new Set<string>();

  constructor(site: Site) {
    this.#site = site;
  }

  /** Prints the rows that were not printed yet. */
  async print(): Promise<void> {
    const rows = await this.#site.query(
      "SELECT client, sequence, kind, page, coalesce(detail, '') FROM this ORDER BY received_at, client, sequence",
    );
    for (const [client, sequence, kind, page, detail] of rows) {
      const key = `${client}/${sequence}`;
      if (!this.#printed.has(key)) {
        this.#printed.add(key);
        console.log(`client ${String(client).slice(0, 8)}, event ${sequence}: ${kind} ${page} ${detail}`.trimEnd());
      }
    }
  }

  /** Prints the rows that arrive. */
  async printUntil(end: Promise<void>): Promise<void> {
    const controller = new AbortController();
    void end.then(() => controller.abort());
    while (!controller.signal.aborted) {
      if (this.#site.durableRows > this.#printed.size) {
        await this.print();
      }
      await setTimeout(LOOK_MS, undefined, controller).catch(() => undefined);
    }
    await this.print();
  }
}
