import type { QueryView } from '../../lib/live/api/queryView.ts';
import { announce } from '../parts/announce.ts';
import { countOf } from '../parts/formats.ts';
import { post } from '../request.ts';
import { QueryResultPanel } from './queryResultPanel.ts';

/** The text of a query and its result. They stay while other views are open. */
export class QueryBox {
  text = '';
  /** Renders the view that is open. */
  update: () => void = () => undefined;
  #running: AbortController | undefined;
  #result: QueryResultPanel | undefined;
  #error: Error | undefined;

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  get result(): QueryResultPanel | undefined {
    return this.#result;
  }

  get error(): Error | undefined {
    return this.#error;
  }

  async run(): Promise<void> {
    if (this.text.trim() === '') {
      return;
    }
    this.cancel();
    const running = new AbortController();
    this.#running = running;
    this.update();
    try {
      const result = await post<QueryView>('query', { sql: this.text }, running.signal);
      this.#take(new QueryResultPanel(result, () => this.update()), undefined);
      announce(`The result has ${countOf(result.rows.length, 'row')}.`);
    } catch (error) {
      if (running.signal.aborted) {
        return;
      }
      this.#take(undefined, error as Error);
    }
    this.#running = undefined;
    this.update();
  }

  /** Gives up the query that runs. */
  cancel(): void {
    this.#running?.abort();
    this.#running = undefined;
    this.update();
  }

  #take(result: QueryResultPanel | undefined, error: Error | undefined): void {
    this.#result?.close();
    this.#result = result;
    this.#error = error;
  }
}
