import { parseTableName } from './tableName.ts';

/** Whether a text is a valid name of a protobuf message. */
export function isMessageName(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text);
}

/** Returns `IotSensor` for `iot_sensor`, by the rule that protoc applies to the entries of maps. */
export function pascalCase(text: string): string {
  return text.replace(/_+([^_]?)|^([^_])/g, (_, after: string | undefined, first: string | undefined) =>
    (after ?? first ?? '').toUpperCase(),
  );
}

/** Returns a name in PascalCase, as the official generators do, with a leading `M` if it would otherwise be invalid. */
export function messageNameOf(text: string): string {
  const name = pascalCase(text);
  return isMessageName(name) ? name : `M${name}`;
}

/** Returns the default name of a table's message: `SalesOrders` for `main.sales.orders`. */
export function defaultMessageName(fullTableName: string): string {
  const { schema, table } = parseTableName(fullTableName);
  return messageNameOf(`${schema}_${table}`);
}

/** The names of one scope, each of which can be claimed once. */
export class NameScope {
  readonly #taken: Set<string>;

  /** @param taken names that are already in use */
  constructor(taken: Iterable<string>) {
    this.#taken = new Set(taken);
  }

  /** Claims a name, or if it is taken, the same name followed by 2, 3 … */
  claim(name: string): string {
    let claimed = name;
    for (let count = 2; this.#taken.has(claimed); count++) {
      claimed = `${name}${count}`;
    }
    this.#taken.add(claimed);
    return claimed;
  }
}
