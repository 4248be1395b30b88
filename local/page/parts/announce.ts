let region: HTMLElement | undefined;

/** Says something to a screen reader that others see. */
export function announce(words: string): void {
  if (region === undefined) {
    region = document.createElement('div');
    region.className = 'unseen';
    region.setAttribute('role', 'status');
    document.body.append(region);
  }
  region.textContent = words;
}
