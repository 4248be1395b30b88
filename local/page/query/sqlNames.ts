const reserved: ReadonlySet<string> = new Set(
  (
    'all and any as asc between by case cast check collate column constraint create cross default desc distinct do else end ' +
    'except exists false fetch for foreign from full grant group having in inner intersect into is join lateral left like ' +
    'limit natural not null offset on only or order outer primary references right select some table then to true union ' +
    'unique using values when where window with'
  ).split(' '),
);

/** A name in a query, in quotes if it needs them. */
export function sqlName(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reserved.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** The name of a table in a query. */
export function sqlTable(fullName: string): string {
  const [catalog = '', schema = '', ...rest] = fullName.split('.');
  return [catalog, schema, rest.join('.')].map(sqlName).join('.');
}
