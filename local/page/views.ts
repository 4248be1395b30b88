import { overview } from './overview/overview.ts';
import { rejections } from './rejections/rejections.ts';
import { tokens } from './tokens/tokens.ts';
import type { ViewKind } from './view.ts';

/** All views, in the order of the navigation. */
export const views: readonly ViewKind[] = [overview, rejections, tokens];
