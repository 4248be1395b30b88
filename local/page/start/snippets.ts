import { html, type TemplateResult } from 'lit-html';
import type { Snippet } from '../../lib/live/api/snippet.ts';
import { codeBlock } from '../parts/codeBlock.ts';
import { tabs } from '../parts/tabs.ts';
import { startState } from './startState.ts';

/** The lines that point a client at a table, in several languages. */
export function snippetTabs(snippets: readonly Snippet[], update: () => void): TemplateResult {
  const chosen = snippets.find(({ language }) => language === startState.language) ?? snippets[0];
  const choose = (language: string): void => {
    startState.language = language;
    update();
  };
  return tabs(
    'Languages',
    snippets.map(({ language, title }) => ({ id: language, title })),
    chosen?.language ?? '',
    choose,
    chosen === undefined
      ? ''
      : html`<div class="snippet">
          ${codeBlock('The command that installs', chosen.install)} ${codeBlock('The program', chosen.code)}
        </div>`,
  );
}
