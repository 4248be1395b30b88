import { Brand } from '../errors/brand.ts';
import { readArguments } from '../errors/readArguments.ts';
import { textOf } from '../errors/textOf.ts';
import { ZerobusError } from '../errors/zerobusError.ts';
import { checkColumns } from './checkColumns.ts';
import type { TableColumn } from './columnType.ts';
import { encodeDescriptor } from './encodeDescriptor.ts';
import { layOutMessage, type MessageLayout } from './messageLayout.ts';
import { defaultMessageName, isMessageName } from './messageNames.ts';

/** Options of {@link TableDefinition}. */
export interface TableDefinitionOptions {
  /** `catalog.schema.table`, which must be valid. */
  readonly name: string;
  /** The columns in the order of the table. */
  readonly columns: readonly TableColumn[];
  /** The name of the protobuf message. Defaults to schema and table in PascalCase: `IotReadings`. */
  readonly messageName?: string | undefined;
}

function checkedDefinition({
  name,
  columns,
  messageName = defaultMessageName(name),
}: TableDefinitionOptions): Pick<TableDefinition<unknown>, 'name' | 'columns' | 'message'> {
  if (typeof messageName !== 'string' || !isMessageName(messageName)) {
    throw new ZerobusError(
      'INVALID_SCHEMA',
      `messageName must consist of letters, digits and underscores and must not begin with a digit, got ${typeof messageName === 'string' ? JSON.stringify(messageName) : textOf(messageName)}.`,
    );
  }
  checkColumns(name, columns);
  return { name, columns, message: layOutMessage(messageName, columns) };
}

const brand = new Brand('TableDefinition');

/**
 * The columns of a table and everything derived from them. `defineTable` creates one in code, `fetchTable` from Unity
 * Catalog.
 *
 * @typeParam Row an object with a value for each column; {@link RowOf} extracts it
 */
export class TableDefinition<out Row> {
  /** The type of a row. For the compiler only; absent at run time. */
  declare readonly '~row': Row;
  /** `catalog.schema.table` */
  readonly name: string;
  /** The columns in the order of the table. */
  readonly columns: readonly TableColumn[];
  /** @internal The protobuf message of a row. */
  readonly message: MessageLayout;
  #descriptor: Uint8Array | undefined;

  /**
   * @throws {@link ZerobusError} `INVALID_SCHEMA` if a column cannot be written through Zerobus, naming it, or if
   * `messageName` is not a valid name
   */
  constructor(options: TableDefinitionOptions) {
    const { name, columns, message } = readArguments('TableDefinition', () => checkedDefinition(options));
    this.name = name;
    this.columns = columns;
    this.message = message;
    brand.mark(this);
  }

  /** Also recognizes definitions of another copy of this package. */
  static [Symbol.hasInstance](value: unknown): boolean {
    return brand.isOn(value);
  }

  /** A copy of the message as a serialized `google.protobuf.DescriptorProto`, which a PROTO stream is created with. */
  get descriptor(): Uint8Array {
    this.#descriptor ??= encodeDescriptor(this.message);
    return this.#descriptor.slice();
  }
}
