import { parseTableName } from './tableName.ts';

/** Whether a text can be the name of a protobuf message. */
export function isMessageName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** `iot_sensor` as `IotSensor`: the rule by which protoc makes the names of a map's entries. */
export function pascalCase(text: string): string {
  return text.replace(/_+([^_]?)|^([^_])/g, (_, after: string | undefined, first: string | undefined) =>
    (after ?? first ?? '').toUpperCase(),
  );
}

/**
 * A name as the official generators make it: PascalCase, with an `M` in front where it would begin with a digit or be
 * empty.
 */
export function messageNameOf(text: string): string {
  const name = pascalCase(text);
  return isMessageName(name) ? name : `M${name}`;
}

/** The name of a table's message: `SalesOrders` for `main.sales.orders`. */
export function defaultMessageName(fullTableName: string): string {
  const { schema, table } = parseTableName(fullTableName);
  return messageNameOf(`${schema}_${table}`);
}

/** Names of one scope, each given out once. */
export class NameScope {
  readonly #taken: Set<string>;

  /** @param taken names that must not be given out */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** The name, or where it is taken, the same with 2, 3 … behind it. */
  claim(name: string): string {
    let claimed = name;
    for (let count = 2; this.#taken.has(claimed); count++) {
      claimed = `${name}${count}`;
    }
    this.#taken.add(claimed);
    return claimed;
  }
}
