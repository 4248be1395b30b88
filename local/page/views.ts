import { faults } from './faults/faults.ts';
import { overview } from './overview/overview.ts';
import { query } from './query/query.ts';
import { rejections } from './rejections/rejections.ts';
import { start } from './start/start.ts';
import { tables } from './tables/tables.ts';
import { tokens } from './tokens/tokens.ts';
import type { ViewKind } from './view.ts';

/** All views, in the order of the navigation. */
export const views: readonly ViewKind[] = [overview, tables, query, rejections, faults, tokens, start];
