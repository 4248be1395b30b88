/** A series that a service exports, with its name as the label `__name__`, and its value. */
export interface ExportedSeries {
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** Reads the text that Prometheus reads. */
export function exportedSeries(text: string): readonly ExportedSeries[] {
  return text.split('\n').flatMap((line) => {
    const [, name, labels = '', value] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    if (name === undefined) {
      return [];
    }
    const pairs = Array.from(labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g), ([, label = '', text = '']) => {
      return [label, text] as const;
    });
    return [{ labels: new Map([['__name__', name], ...pairs]), value: Number(value) }];
  });
}
