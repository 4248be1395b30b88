import { html } from 'lit-html';
import type { ViewContext, ViewKind } from '../view.ts';

/** What the server does now. */
export const overview: ViewKind = {
  name: 'overview',
  title: 'Overview',
  open: ({ server }: ViewContext) => ({
    render: () => html`<h1>zerobus-local ${server.version}</h1>
      <p>${server.endpoint}</p>`,
  }),
};
