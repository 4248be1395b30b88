/** What a stream does next. */
export type Next =
  | { readonly kind: 'start' }
  | { readonly kind: 'session' }
  /** It connects at this time. */
  | { readonly kind: 'connect'; readonly atMs: number }
  /** It reports a retry with this number, at once. */
  | { readonly kind: 'retry'; readonly attempt: number; readonly leastMs: number }
  | { readonly kind: 'fail'; readonly code: string }
  /** It cannot be seen from outside which failure this is in a row. */
  | { readonly kind: 'unknown'; readonly isRefusal: boolean; readonly leastMs: number }
  | { readonly kind: 'over' };
