import { Brand } from '../errors/brand.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { checkColumns } from './checkColumns.ts';
import type { TableColumn } from './columnType.ts';
import { encodeDescriptor } from './encodeDescriptor.ts';
import { layOutMessage, type MessageLayout } from './messageLayout.ts';
import { defaultMessageName, isMessageName } from './messageNames.ts';

/** What a {@link TableDefinition} is made of. */
export interface TableDefinitionOptions {
  /** `catalog.schema.table`, checked. */
  readonly name: string;
  /** The columns in the table's order. */
  readonly columns: readonly TableColumn[];
  /** The name of the protobuf message. Defaults to schema and table in PascalCase: `IotReadings`. */
  readonly messageName?: string | undefined;
}

const brand = new Brand('TableDefinition');

/**
 * A table's columns, and all that is derived from them: made by `defineTable`, or from Unity Catalog by `fetchTable`.
 *
 * @typeParam Row an object with a value for each column; `RowOf` reads it out
 */
export class TableDefinition<out Row> {
  /** For the compiler alone: the type of a row; never there at run time. */
  declare readonly '~row': Row;
  /** `catalog.schema.table` */
  readonly name: string;
  /** The columns in the table's order. */
  readonly columns: readonly TableColumn[];
  /** @internal The protobuf message that a row travels as. */
  readonly message: MessageLayout;
  #descriptor: Uint8Array | undefined;

  /**
   * @throws {@link ZerobusError} `INVALID_SCHEMA`, naming the column that can't be written through Zerobus, or a
   * message name that is none
   */
  constructor({ name, columns, messageName = defaultMessageName(name) }: TableDefinitionOptions) {
    if (!isMessageName(messageName)) {
      throw new ZerobusError(
        'INVALID_SCHEMA',
        `messageName must be letters, digits and underscores, the first no digit, got ${JSON.stringify(messageName)}`,
      );
    }
    checkColumns(name, columns);
    this.name = name;
    this.columns = columns;
    this.message = layOutMessage(messageName, columns);
    brand.mark(this);
  }

  /** Recognizes definitions of another copy of this package too. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }

  /** The message as one serialized `google.protobuf.DescriptorProto`: what a PROTO stream is created with. A copy. */
  get descriptor(): Uint8Array {
    this.#descriptor ??= encodeDescriptor(this.message);
    return this.#descriptor.slice();
  }
}
