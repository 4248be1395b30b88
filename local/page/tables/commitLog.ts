import { html, nothing, type TemplateResult } from 'lit-html';
import type { CommitView } from '../../lib/live/api/tableView.ts';
import { bytes, count, time } from '../parts/formats.ts';
import { problem, skeleton } from '../parts/states.ts';
import { get } from '../request.ts';

const PAGE_COMMITS = 50;

/** The commits of a table's Delta log, newest first. New ones come by themselves. */
export class CommitLog {
  readonly #path: string;
  readonly #update: () => void;
  readonly #abort = new AbortController();
  #commits: readonly CommitView[] | undefined;
  #hasOlder = false;
  #isLoading = false;
  #wanted = -1;
  #problem: Error | undefined;

  constructor(fullName: string, update: () => void) {
    this.#path = `tables/${encodeURIComponent(fullName)}/commits`;
    this.#update = update;
  }

  /** Takes the version that the table has now. */
  follow(version: number): void {
    this.#wanted = version;
    const newest = this.#commits?.[0]?.version;
    if (!this.#isLoading && (newest === undefined || newest < version)) {
      void this.#load();
    }
  }

  render(): TemplateResult {
    const commits = this.#commits;
    if (commits === undefined) {
      return this.#problem === undefined ? skeleton(5) : this.#problemText(this.#problem);
    }
    return html`${this.#problem === undefined ? nothing : this.#problemText(this.#problem)}
      <div class="table-scroll" tabindex="0" role="region" aria-label="Commits">
        <table class="table stacked commits">
          <caption class="unseen">Commits of the Delta log, newest first</caption>
          <thead>
            <tr>
              <th scope="col" class="number">Version</th>
              <th scope="col">Time</th>
              <th scope="col">Operation</th>
              <th scope="col" class="number">Rows</th>
              <th scope="col" class="number">Files</th>
              <th scope="col" class="number">Size</th>
              <th scope="col">Engine</th>
            </tr>
          </thead>
          <tbody>${commits.map(commitRow)}</tbody>
        </table>
      </div>
      ${
        this.#hasOlder
          ? html`<p class="row below"><button type="button" class="button" ?disabled=${this.#isLoading} @click=${() => void this.#load(true)}>
              Older commits
            </button></p>`
          : nothing
      }`;
  }

  close(): void {
    this.#abort.abort();
  }

  async #load(isOlder = false): Promise<void> {
    const before = isOlder ? this.#commits?.at(-1)?.version : undefined;
    this.#isLoading = true;
    try {
      const query = `limit=${PAGE_COMMITS}${before === undefined ? '' : `&before=${before}`}`;
      const page = await get<readonly CommitView[]>(`${this.#path}?${query}`, this.#abort.signal);
      this.#take(page, isOlder);
      this.#problem = undefined;
    } catch (error) {
      this.#problem = error as Error;
    }
    this.#isLoading = false;
    if (this.#abort.signal.aborted) {
      return;
    }
    this.#update();
    // Another commit may have come meanwhile. After a problem, the next one tries again.
    if (this.#problem === undefined && (this.#commits?.[0]?.version ?? -1) < this.#wanted && !isOlder) {
      this.#wanted = -1;
      void this.#load();
    }
  }

  #problemText(error: Error): TemplateResult {
    return problem('The Delta log could not be read.', error, () => void this.#load());
  }

  #take(page: readonly CommitView[], isOlder: boolean): void {
    const known = this.#commits ?? [];
    if (isOlder) {
      this.#commits = [...known, ...page];
      this.#hasOlder = page.length === PAGE_COMMITS;
      return;
    }
    const newest = known[0]?.version ?? -1;
    const news = page.filter(({ version }) => version > newest);
    // Between a full page of news and what is known, commits may be missing.
    const isGap = news.length === page.length;
    this.#commits = isGap ? page : [...news, ...known];
    this.#hasOlder = isGap ? page.length === PAGE_COMMITS : this.#hasOlder;
  }
}

function commitRow(commit: CommitView): TemplateResult {
  const { version, atMs, operation, rowsAdded, filesAdded, filesRemoved, bytesAdded, engine } = commit;
  const files = [filesAdded > 0 ? `+${count(filesAdded)}` : '', filesRemoved > 0 ? `−${count(filesRemoved)}` : ''];
  return html`<tr>
    <th scope="row" class="number" data-label="Version">${count(version)}</th>
    <td data-label="Time">${atMs === undefined ? html`<span class="muted">not said</span>` : time(atMs)}</td>
    <td data-label="Operation">${operation}</td>
    <td data-label="Rows" class="number">${rowsAdded > 0 ? `+${count(rowsAdded)}` : '0'}</td>
    <td data-label="Files" class="number">${files.filter((text) => text !== '').join(' ') || '0'}</td>
    <td data-label="Size" class="number">${bytesAdded > 0 ? bytes(bytesAdded) : '–'}</td>
    <td data-label="Engine" class="wrap">${engine}</td>
  </tr>`;
}
