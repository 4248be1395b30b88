import { type FieldDescriptor, FieldType, MAX_DEPTH, type MessageDescriptor } from './descriptor.ts';

const MAX_LISTED = 3;
const referringTypes: ReadonlySet<number> = new Set([FieldType.message, FieldType.group, FieldType.enum]);

/**
 * Finds the message types that fields refer to, by full names such as `.shop.Order.Item`.
 *
 * A descriptor comes without its file, so the package of a full name is not known. `.shop.Order.Item` is therefore the
 * message with the longest path that the name ends with, such as `Order.Item`.
 */
export class MessageTypes {
  readonly #messages = new Map<string, MessageDescriptor>();
  readonly #enums = new Set<string>();

  constructor(root: MessageDescriptor) {
    this.#add(root, root.name);
  }

  /**
   * Why the service would refuse the descriptor: it takes only full names of types that are inside. Undefined if all
   * names are.
   */
  get problem(): string | undefined {
    const fields = [...this.#messages.values()].flatMap((message) => message.fields);
    const wrong = fields.filter((field) => referringTypes.has(field.type) && !this.#isInside(field));
    if (wrong.length === 0) {
      return undefined;
    }
    const listed = wrong
      .slice(0, MAX_LISTED)
      .map(({ name, typeName }) => `the field ${JSON.stringify(name)} refers to ${JSON.stringify(typeName)}`);
    const rest = wrong.length - listed.length;
    return (
      `not self-contained: ${listed.join(', ')}${rest > 0 ? `, and ${rest} more do so` : ''}. ` +
      'Error Code: 4033, Error State: 4. Nest all types in the message, and refer to them by full names, which begin with a dot.'
    );
  }

  /** @returns the message type of a field; undefined if the field is not a message */
  resolve({ typeName }: FieldDescriptor): MessageDescriptor | undefined {
    for (const path of pathsIn(typeName)) {
      const found = this.#messages.get(path);
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #isInside(field: FieldDescriptor): boolean {
    return this.resolve(field) !== undefined || pathsIn(field.typeName).some((path) => this.#enums.has(path));
  }

  #add(message: MessageDescriptor, path: string): void {
    this.#messages.set(path, message);
    for (const name of message.enums) {
      this.#enums.add(`${path}.${name}`);
    }
    for (const nested of message.nested) {
      this.#add(nested, `${path}.${nested.name}`);
    }
  }
}

/** The paths that a full name may mean, the longest first. Empty for a name that is not full. */
function pathsIn(typeName: string): readonly string[] {
  if (!typeName.startsWith('.')) {
    return [];
  }
  // The message itself, those inside, and an enum.
  const parts = typeName
    .slice(1)
    .split('.')
    .slice(-(MAX_DEPTH + 2));
  return parts.map((_, index) => parts.slice(index).join('.'));
}
