import { announce } from './announce.ts';

/** How long a button shows that its text is copied. */
const SHOWN_MS = 1600;

/**
 * Copies a text to the clipboard, and shows on a button that it is done.
 *
 * @param what what is copied, for a screen reader: `The endpoint`
 */
export async function copyText(text: string, what: string, button: HTMLElement): Promise<void> {
  if (!(await writeText(text))) {
    announce('The browser does not let this page copy.');
    return;
  }
  announce(`Copied: ${what}.`);
  button.dataset['copied'] = '';
  setTimeout(() => {
    delete button.dataset['copied'];
  }, SHOWN_MS);
}

/** The clipboard of a page is there only for loopback and HTTPS. Elsewhere a selected text is copied. */
async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const focused = document.activeElement;
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'unseen';
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    (focused as HTMLElement | null)?.focus({ preventScroll: true });
    return isCopied;
  }
}
