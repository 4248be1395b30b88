import { parser } from '@prometheus-io/lezer-promql';

/** A label of a selector: `error_type!=""`. */
export interface LabelMatcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** What a PromQL query selects, and the labels that it groups by. */
export interface SelectedSeries {
  readonly metric: string;
  readonly matchers: readonly LabelMatcher[];
}

/** A PromQL query, as far as the exported series must have what it names. */
export interface ParsedQuery {
  readonly selectors: readonly SelectedSeries[];
  readonly groupingLabels: readonly string[];
}

/**
 * Parses a query by the grammar of Prometheus.
 *
 * @throws `SyntaxError` if it is not PromQL
 */
export function parseQuery(query: string): ParsedQuery {
  const selectors: { metric: string; matchers: LabelMatcher[] }[] = [];
  const groupingLabels: string[] = [];
  parser.parse(query).iterate({
    enter: ({ type, from, to, node }) => {
      const text = query.slice(from, to);
      if (type.isError) {
        throw new SyntaxError(`${query} is no PromQL from ${JSON.stringify(query.slice(from))} on.`);
      }
      if (type.name === 'VectorSelector') {
        selectors.push({ metric: query.slice(from, node.getChild('Identifier')?.to), matchers: [] });
      } else if (type.name === 'UnquotedLabelMatcher') {
        const [, label = '', operator = '', value = ''] = /^(\w+)\s*(=~|!~|!=|=)\s*"(.*)"$/s.exec(text) ?? [];
        selectors.at(-1)?.matchers.push({ label, operator, value });
      } else if (type.name === 'GroupingLabels') {
        groupingLabels.push(...node.getChildren('LabelName').map((each) => query.slice(each.from, each.to)));
      }
    },
  });
  return { selectors, groupingLabels };
}

/** Whether a series has what a selector asks for. A label that it lacks counts as empty, as in Prometheus. */
export function isSelected(labels: ReadonlyMap<string, string>, { metric, matchers }: SelectedSeries): boolean {
  return (
    labels.get('__name__') === metric &&
    matchers.every(({ label, operator, value }) => {
      const actual = labels.get(label) ?? '';
      const isMatch = operator.endsWith('~') ? new RegExp(`^(?:${value})$`).test(actual) : actual === value;
      return operator.startsWith('!') ? !isMatch : isMatch;
    })
  );
}
