import { html } from 'lit-html';
import { icons } from '../parts/icons.ts';
import type { ViewContext, ViewKind } from '../view.ts';

/** What the server does now. */
export const overview: ViewKind = {
  name: 'overview',
  title: 'Overview',
  icon: icons.overview,
  open: ({ server }: ViewContext) => ({
    render: () => html`<div class="heading"><h1 tabindex="-1">Overview</h1></div>
      <p>${server.endpoint}</p>`,
  }),
};
