import type { TokenIssuedEvent } from '../faults/serverEvent.ts';
import type { TokenView } from './api/tokenView.ts';
import { shortText } from './shortText.ts';

/** What the page shows of an issued token. The token itself never gets here. */
export function tokenView(event: TokenIssuedEvent, id: number, issuedAtMs: number): TokenView {
  const { use, tables, grantType, clientId, userAgent, lifetimeMs } = event;
  return {
    id,
    issuedAtMs,
    expiresAtMs: issuedAtMs + lifetimeMs,
    use,
    tables,
    grantType,
    clientId: shortText(clientId),
    userAgent: shortText(userAgent),
  };
}
