import { html, type TemplateResult } from 'lit-html';

/** One of several things in the same place. */
export interface Tab {
  readonly id: string;
  readonly title: string;
}

/**
 * Tabs. The arrow keys, Home and End go through them.
 *
 * @param label what they are, for a screen reader
 * @param chosen the id of the tab that is shown
 * @param panel what it shows
 */
export function tabs(
  label: string,
  all: readonly Tab[],
  chosen: string,
  choose: (id: string) => void,
  panel: unknown,
): TemplateResult {
  const press = (event: KeyboardEvent): void => {
    const index = all.findIndex(({ id }) => id === chosen);
    const goal = goalOf(event.key, index, all.length);
    const tab = goal === undefined ? undefined : all[goal];
    if (goal !== undefined && tab !== undefined) {
      event.preventDefault();
      choose(tab.id);
      ((event.currentTarget as HTMLElement).children[goal] as HTMLElement).focus();
    }
  };
  return html`<div class="tabs" role="tablist" aria-label=${label} @keydown=${press}>
      ${all.map(
        ({ id, title }) =>
          html`<button
            type="button"
            role="tab"
            id=${`tab-${id}`}
            aria-selected=${id === chosen ? 'true' : 'false'}
            aria-controls="tab-panel"
            tabindex=${id === chosen ? 0 : -1}
            @click=${() => choose(id)}
          >
            ${title}
          </button>`,
      )}
    </div>
    <div class="tab-panel" role="tabpanel" id="tab-panel" aria-labelledby=${`tab-${chosen}`}>${panel}</div>`;
}

function goalOf(key: string, index: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (index + 1) % length;
    case 'ArrowLeft':
      return (index + length - 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
