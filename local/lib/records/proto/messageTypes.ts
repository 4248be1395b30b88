import type { FieldDescriptor, MessageDescriptor } from './descriptor.ts';

/**
 * Finds the message types that fields refer to.
 *
 * A descriptor comes without its file, so the package of a full name is not known. `.shop.Order.Item` is therefore the
 * message with the longest path that the name ends with, such as `Order.Item`.
 */
export class MessageTypes {
  readonly #byPath = new Map<string, MessageDescriptor>();
  readonly #pathOf = new Map<MessageDescriptor, string>();

  constructor(root: MessageDescriptor) {
    this.#add(root, root.name);
  }

  /**
   * @returns the message type of a field of `message`; undefined if the descriptor does not contain it
   */
  resolve(message: MessageDescriptor, field: FieldDescriptor): MessageDescriptor | undefined {
    const { typeName } = field;
    return typeName.startsWith('.')
      ? this.#resolveFull(typeName)
      : this.#resolveRelative(this.#pathOf.get(message) ?? '', typeName);
  }

  #resolveFull(typeName: string): MessageDescriptor | undefined {
    for (let dot = 0; dot >= 0; dot = typeName.indexOf('.', dot + 1)) {
      const found = this.#byPath.get(typeName.slice(dot + 1));
      if (found !== undefined) {
        return found;
      }
    }
    return undefined;
  }

  #resolveRelative(path: string, typeName: string): MessageDescriptor | undefined {
    for (let scope = path; scope !== ''; scope = scope.slice(0, Math.max(0, scope.lastIndexOf('.')))) {
      const found = this.#byPath.get(`${scope}.${typeName}`);
      if (found !== undefined) {
        return found;
      }
    }
    return this.#byPath.get(typeName);
  }

  #add(message: MessageDescriptor, path: string): void {
    this.#byPath.set(path, message);
    this.#pathOf.set(message, path);
    for (const nested of message.nested) {
      this.#add(nested, `${path}.${nested.name}`);
    }
  }
}
