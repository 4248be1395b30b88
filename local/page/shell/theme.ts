/** `system`: as the browser wants it. */
export type Theme = 'system' | 'light' | 'dark';

const KEY = 'zerobus-local theme';

/** The colors that the user has chosen. */
export function theme(): Theme {
  const chosen = document.documentElement.dataset['theme'];
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Shows the page in the colors that were chosen last. */
export function restoreTheme(): void {
  let kept: string | null = null;
  try {
    kept = localStorage.getItem(KEY);
  } catch {
    // A page whose storage is blocked forgets the choice.
  }
  if (kept === 'light' || kept === 'dark') {
    document.documentElement.dataset['theme'] = kept;
  }
}

/** Shows the page in other colors, and remembers it. A `themechange` event of the window says so to curves. */
export function chooseTheme(chosen: Theme): void {
  if (chosen === 'system') {
    delete document.documentElement.dataset['theme'];
  } else {
    document.documentElement.dataset['theme'] = chosen;
  }
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // See above.
  }
  dispatchEvent(new Event('themechange'));
}
