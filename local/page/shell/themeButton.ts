import { html, type TemplateResult } from 'lit-html';
import { icons } from '../parts/icons.ts';
import { chooseTheme, type Theme, theme } from './theme.ts';

const all: Readonly<Record<Theme, readonly [icon: TemplateResult, next: Theme]>> = {
  system: [icons.screen, 'light'],
  light: [icons.sun, 'dark'],
  dark: [icons.moon, 'system'],
};

/** Goes through the colors: as the system has them, light, dark. */
export function themeButton(update: () => void): TemplateResult {
  const now = theme();
  const [icon, next] = all[now];
  const label = `Colors: ${now}. Change to ${next}`;
  const change = (): void => {
    chooseTheme(next);
    update();
  };
  return html`<button type="button" class="button quiet square" aria-label=${label} title=${label} @click=${change}>
    ${icon}
  </button>`;
}
