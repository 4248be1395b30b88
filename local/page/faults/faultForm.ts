import { html, nothing, type TemplateResult } from 'lit-html';
import type { FaultKind, FaultParameter, InjectedFault } from '../../lib/live/api/faultView.ts';
import { codeBlock } from '../parts/codeBlock.ts';
import { countOf } from '../parts/formats.ts';
import { post } from '../request.ts';
import { type FaultValues, printedCall } from './printedCall.ts';

/** What a fault that happens at once has done to streams. */
const deeds: Readonly<Record<string, string>> = {
  closeStreams: 'closed',
  cutConnections: 'cut',
  signalClose: 'asked to reconnect',
};

/** A fault with its parameters and its button. */
export class FaultForm {
  readonly kind: FaultKind;
  readonly #update: () => void;
  readonly #texts: Record<string, string> = {};
  #done: string | undefined;
  #problem: string | undefined;
  #isSending = false;

  constructor(kind: FaultKind, update: () => void) {
    this.kind = kind;
    this.#update = update;
    for (const { name, isRequired, example } of kind.parameters) {
      this.#texts[name] = isRequired && example !== undefined ? String(example) : '';
    }
  }

  /**
   * @param tables the full names of all tables
   * @param inForce how many faults of this kind are in force
   */
  render(tables: readonly string[], inForce: number): TemplateResult {
    const { kind, title, effect, parameters } = this.kind;
    const code = printedCall(this.kind, this.#values());
    return html`<form
      class="card fault"
      aria-labelledby=${`fault-${kind}`}
      @submit=${(event: Event) => {
        event.preventDefault();
        void this.#inject();
      }}
    >
      <div class="row">
        <h3 id=${`fault-${kind}`}>${title}</h3>
        ${inForce === 0 ? nothing : html`<span class="badge warning">${inForce === 1 ? 'in force' : `${inForce} in force`}</span>`}
      </div>
      <p class="muted">${effect}</p>
      <div class="fault-fields">${parameters.map((parameter) => this.#field(parameter, tables))}</div>
      <div class="fault-end">
        ${codeBlock(`The call of ${kind}`, code, true)}
        <div class="row">
          <button class="button">${title}</button>
          <span class="fault-result small" role="status">${this.#result()}</span>
        </div>
      </div>
    </form>`;
  }

  #field(parameter: FaultParameter, tables: readonly string[]): TemplateResult {
    const { name, description } = parameter;
    const id = `fault-${this.kind.kind}-${name}`;
    return html`<div class=${parameter.type === 'integer' || parameter.type === 'status' ? 'field' : 'field wide'} title=${description}>
      <label for=${id}><code>${name}</code></label>
      ${this.#input(parameter, id, tables)}
      <span class="unseen" id=${`${id}-hint`}>${description}</span>
    </div>`;
  }

  #input(
    { name, type, isRequired, example, least, most, choices = [] }: FaultParameter,
    id: string,
    tables: readonly string[],
  ): TemplateResult {
    const text = this.#texts[name] ?? '';
    const change = (event: Event): void => {
      this.#texts[name] = (event.target as HTMLInputElement).value;
      this.#done = undefined;
      this.#problem = undefined;
      this.#update();
    };
    if (type === 'status' || type === 'table') {
      const all = type === 'status' ? choices : tables;
      return html`<select id=${id} class="input" aria-describedby=${`${id}-hint`} @change=${change}>
        ${isRequired ? nothing : html`<option value="" .selected=${text === ''}>${type === 'table' ? 'every table' : 'none'}</option>`}
        ${all.map((value) => html`<option .value=${value} .selected=${value === text}>${value}</option>`)}
      </select>`;
    }
    return html`<input
      id=${id}
      class="input"
      type=${type === 'integer' ? 'number' : 'text'}
      step=${type === 'integer' ? 1 : nothing}
      min=${least ?? nothing}
      max=${type === 'integer' ? (most ?? nothing) : nothing}
      maxlength=${type === 'text' ? 1000 : nothing}
      ?required=${isRequired}
      autocomplete="off"
      spellcheck="false"
      placeholder=${name === 'times' ? 'no limit' : isRequired || example === undefined ? '' : String(example)}
      aria-describedby=${`${id}-hint`}
      .value=${text}
      @input=${change}
    />`;
  }

  /** What is typed, without what is left empty. */
  #values(): FaultValues {
    const values: Record<string, string | number> = {};
    for (const { name, type } of this.kind.parameters) {
      const text = this.#texts[name] ?? '';
      if (text !== '') {
        values[name] = type === 'integer' ? Number(text) : text;
      }
    }
    return values;
  }

  #result(): unknown {
    return this.#problem === undefined ? (this.#done ?? '') : html`<span class="fault-problem">${this.#problem}</span>`;
  }

  async #inject(): Promise<void> {
    if (this.#isSending) {
      return;
    }
    this.#isSending = true;
    this.#done = undefined;
    this.#problem = undefined;
    this.#update();
    const { kind } = this.kind;
    try {
      const { streams } = await post<InjectedFault>('faults', { kind, parameters: this.#values() });
      this.#done = streams === undefined ? 'It is in force.' : doneText(kind, streams);
    } catch (error) {
      this.#problem = (error as Error).message;
    }
    this.#isSending = false;
    this.#update();
  }
}

function doneText(kind: string, streams: number): string {
  if (streams === 0) {
    return 'No stream is open that it could meet.';
  }
  return `${countOf(streams, 'stream')} ${streams === 1 ? 'was' : 'were'} ${deeds[kind] ?? 'met'}.`;
}
