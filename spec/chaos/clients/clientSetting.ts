import type { StreamOptions } from '../../../lib/stream/streamOptions.ts';
import type { ClientBooks, ClientOutcome } from '../clientBooks.ts';
import type { RowSource } from '../rowSource.ts';

/** What every client under chaos needs. */
export interface ClientSetting {
  readonly endpoint: string;
  readonly workspaceUrl: string;
  /** Its timeouts and retries, and the signal that aborts it. */
  readonly options: StreamOptions;
  readonly source: RowSource;
  readonly books: ClientBooks;
}

/** Sends all rows of the source, in one of the ways that the package has. Resolves when the client has ended. */
export type RunClient = (setting: ClientSetting) => Promise<ClientOutcome>;

/** The only client that the server gives tokens to. */
export const credentials = { clientId: 'chaos', clientSecret: 'chaos-secret' };
