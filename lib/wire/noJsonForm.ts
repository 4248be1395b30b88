/** A value that JSON cannot express. Callers that know the record convert it to a `ZerobusError`. */
export class NoJsonForm extends Error {
  /** The keys and indexes that lead from the record to the value. */
  readonly path: readonly (string | number)[];

  /** @param problem what is wrong, e.g. `NaN has no JSON form` */
  constructor(path: readonly (string | number)[], problem: string) {
    super(problem);
    this.path = [...path];
  }

  /**
   * Formats the path as in source code: `tags[1].name`.
   *
   * @param root the path of the value that the path begins at. Defaults to `''`, the record itself.
   */
  pathText(root: string = ''): string {
    let text = root;
    for (const part of this.path) {
      if (typeof part === 'number') {
        text += `[${part}]`;
      } else if (identifier.test(part)) {
        text += text === '' ? part : `.${part}`;
      } else {
        text += `[${JSON.stringify(part)}]`;
      }
    }
    return text;
  }
}

const identifier = /^[\p{L}_$][\p{L}\p{N}_$-]{0,99}$/u;
