import { html, type TemplateResult } from 'lit-html';
import type { TokenView } from '../../lib/live/api/tokenView.ts';
import { codeBlock } from '../parts/codeBlock.ts';
import { everySecond } from '../parts/everySecond.ts';
import { count } from '../parts/formats.ts';
import { icons } from '../parts/icons.ts';
import { LiveList } from '../parts/liveList.ts';
import { empty, problem, skeleton } from '../parts/states.ts';
import { serverNow } from '../serverTime.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { tokensTable } from './tokensTable.ts';

/** The tokens that were issued, without the tokens. */
export const tokens: ViewKind = {
  name: 'tokens',
  title: 'Tokens',
  icon: icons.tokens,
  open: (context) => new TokensView(context),
};

class TokensView implements View {
  readonly #context: ViewContext;
  readonly #list: LiveList<'token'>;
  readonly #end: () => void;

  constructor(context: ViewContext) {
    this.#context = context;
    this.#list = new LiveList('tokens', 'token', context);
    this.#end = everySecond(context.update);
  }

  close(): void {
    this.#list.close();
    this.#end();
  }

  render(): TemplateResult {
    const { items, error } = this.#list;
    const valid = items?.filter(({ expiresAtMs }) => expiresAtMs > serverNow()).length ?? 0;
    return html`<div class="heading">
        <h1 tabindex="-1">Tokens</h1>
        ${items === undefined || items.length === 0 ? '' : html`<span class="badge">${count(valid)} valid</span>`}
      </div>
      <p class="lead">
        Newest first. Tokens themselves are never shown, here or in a log.
      </p>
      ${items === undefined ? this.#unread(error) : this.#content(items)}`;
  }

  #unread(error: Error | undefined): TemplateResult {
    return error === undefined ? skeleton(8) : problem('The tokens could not be read.', error, () => this.#list.read());
  }

  #content(items: readonly TokenView[]): TemplateResult {
    if (items.length > 0) {
      return tokensTable(items, serverNow());
    }
    const { auth, workspaceUrl, clientId } = this.#context.server;
    if (auth === 'none') {
      return empty(
        'No token is needed',
        'This server lets every client write without a token, and none has asked for one.',
      );
    }
    const words =
      auth === 'any'
        ? 'Clients get one with any client id and any secret, from this address:'
        : `Only the client ${clientId ?? ''} gets one, with its secret, from this address:`;
    return empty('No token was issued yet', words, codeBlock('The address', `${workspaceUrl}/oidc/v1/token`));
  }
}
