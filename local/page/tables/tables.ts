import { icons } from '../parts/icons.ts';
import type { View, ViewContext, ViewKind } from '../view.ts';
import { TableDetailView } from './tableDetailView.ts';
import { TableListView } from './tableListView.ts';

/** The tables, and one table with its rows, columns and commits. */
export const tables: ViewKind = {
  name: 'tables',
  title: 'Tables',
  icon: icons.tables,
  open: (context: ViewContext): View =>
    context.parts[0] === undefined || context.parts[0] === ''
      ? new TableListView(context)
      : new TableDetailView(context, context.parts[0]),
};
