/** The groups of counters, in the order of the table. */
const groups: readonly (readonly [title: string, pattern: RegExp])[] = [
  ['Ends of runs', /^(end|error) /],
  ['The client', /^(connect|retry|rotation|replay|renewal|narrowing|outlived|drop|pause|resume|token request)$/],
  ['Rejections', /^(rejected |row )/],
  ['Failures of connections, by code', /^broken /],
  ['Statuses of the service, by the phase of the call', /^status /],
  ['Signals of the service, by the phase of the call', /^signal /],
  ['Faults, by the phase of the call', /^fault /],
  ['From within a callback', /^reentry /],
];

/** Formats counters as Markdown tables. */
export function coverageTable(counters: ReadonlyMap<string, number>): string {
  return groups
    .map(([title, pattern]) => {
      const rows = [...counters].filter(([name]) => pattern.test(name)).sort(([a], [b]) => (a < b ? -1 : 1));
      const lines = rows.map(([name, count]) => `| ${name} | ${count.toLocaleString('en')} |`);
      return [`### ${title}`, '', '| what | times |', '| --- | ---: |', ...lines, ''].join('\n');
    })
    .join('\n');
}
