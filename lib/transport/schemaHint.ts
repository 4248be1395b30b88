/** How to mend a record for each reason of a refusal that has a common and hidden cause. */
const hints: readonly (readonly [cause: string, hint: string])[] = [
  [
    'TYPE_INCOMPATIBLE',
    'A JSON stream takes a TIMESTAMP as a number of microseconds since 1970 (date.getTime() * 1000) and a DATE as a ' +
      'number of days, but JSON writes a Date as text. A table definition takes a Date.',
  ],
  [
    'MISSING_REQUIRED_COLUMN',
    "A proto3 field without `optional` omits the values 0, '' and false: declare the fields of NOT NULL columns `optional`.",
  ],
];

/**
 * Adds to the service's message how to mend a record.
 *
 * @param message the message of the service, which may end with a full stop
 * @param causes the reasons that the service gives
 */
export function withSchemaHint(message: string, causes: readonly string[]): string {
  const texts = hints.filter(([cause]) => causes.includes(cause)).map(([, hint]) => hint);
  return texts.length === 0 ? message : [message.replace(/([^.])$/, '$1.'), ...texts].join(' ');
}
