import { overview } from './overview/overview.ts';
import type { ViewKind } from './view.ts';

/** All views, in the order of the navigation. */
export const views: readonly ViewKind[] = [overview];
