import { listIn, structIn, valueIn } from './parquetFooter.ts';
import type { ThriftField, ThriftList, ThriftStruct, ThriftValue } from './thriftCompact.ts';

/** Field numbers of Parquet's Thrift definitions, by struct. */
const FileMetaData = { schema: 2, rowGroups: 4 } as const;
const SchemaElement = { repetitionType: 3, name: 4, numChildren: 5 } as const;
const RowGroup = { columns: 1 } as const;
const ColumnChunk = { metaData: 3 } as const;
const ColumnMetaData = { pathInSchema: 3 } as const;

const REQUIRED = 0n;

/** Thrift's types on the wire. */
const I32 = 5;
const BINARY = 8;

/**
 * Ends of the names under which the two halves of a variant are written. A column of a Delta table has no blank in its
 * name, unless the table maps its columns.
 */
const METADATA_END = ' metadata';
const VALUE_END = ' value';

/** The names under which the two halves of a variant are written, for {@link joinVariantLeaves}. */
export function variantHalves(name: string): { readonly metadata: string; readonly value: string } {
  return { metadata: `${name}${METADATA_END}`, value: `${name}${VALUE_END}` };
}

/** A node of a Parquet file's schema. */
interface SchemaNode {
  readonly element: ThriftStruct;
  readonly children: readonly SchemaNode[];
}

/**
 * Changes the footer of a Parquet file so that the two halves of each variant become the group of two binaries that
 * Parquet defines for it. The binaries are REQUIRED in an OPTIONAL group: Spark 4.0 reads no others.
 *
 * DuckDB can't write that group: the fields of its structs are OPTIONAL, which gives the pages one more definition
 * level. A binary that is OPTIONAL without a group around it has the same levels as the group with a REQUIRED one in
 * it. So the halves are written side by side, and only the schema is changed. The pages stay as they are.
 *
 * A variant in a list or map is written as two lists, or as a map with the metadata and a list with the values, which
 * both become the one that has the variants in it.
 *
 * @param metaData the footer's `FileMetaData` of a file whose columns and struct fields with variants are written as
 * {@link variantHalves}
 */
export function joinVariantLeaves(metaData: ThriftStruct): void {
  const root = joined(readTree(listIn(metaData, FileMetaData.schema).values()));
  replaceList(metaData, FileMetaData.schema, elementsOf(root));
  const paths = root.children.flatMap((child) => leafPaths(child, []));
  for (const rowGroup of listIn(metaData, FileMetaData.rowGroups)) {
    for (const [index, chunk] of listIn(rowGroup as ThriftStruct, RowGroup.columns).entries()) {
      const column = structIn(chunk as ThriftStruct, ColumnChunk.metaData);
      replaceList(column, ColumnMetaData.pathInSchema, paths[index] ?? []);
    }
  }
}

function replaceList(parent: ThriftStruct, id: number, values: ThriftValue[]): void {
  const { type, value } = parent.get(id) as ThriftField;
  parent.set(id, { type, value: { elementType: (value as ThriftList).elementType, values } });
}

/** Reads a node and everything in it. The schema is a list of them, each followed by its children. */
function readTree(elements: Iterator<ThriftValue>): SchemaNode {
  const element = elements.next().value as ThriftStruct;
  const count = Number(valueIn(element, SchemaElement.numChildren) ?? 0n);
  return { element, children: Array.from({ length: count }, () => readTree(elements)) };
}

function elementsOf({ element, children }: SchemaNode): ThriftStruct[] {
  return [element, ...children.flatMap(elementsOf)];
}

/** The names that lead to each leaf of the node. */
function leafPaths(node: SchemaNode, parents: readonly Buffer[]): Buffer[][] {
  const path = [...parents, valueIn(node.element, SchemaElement.name) as Buffer];
  return node.children.length === 0 ? [path] : node.children.flatMap((child) => leafPaths(child, path));
}

/** The node with all halves in it joined. */
function joined(node: SchemaNode): SchemaNode {
  const children: SchemaNode[] = [];
  for (const child of node.children.map(joined)) {
    const first = children.at(-1);
    const name = first === undefined ? '' : nameOf(first);
    const base = name.endsWith(METADATA_END) ? name.slice(0, -METADATA_END.length) : undefined;
    if (first !== undefined && base !== undefined && nameOf(child) === `${base}${VALUE_END}`) {
      children[children.length - 1] = renamed(joinedHalves(first, child), base);
    } else {
      children.push(child);
    }
  }
  return withChildren(node.element, children);
}

/** Joins the halves of a variant, or of what has variants in it. The key of a map is only in the first half. */
function joinedHalves(metadata: SchemaNode, value: SchemaNode): SchemaNode {
  const inner = metadata.children.at(-1);
  const innerValue = value.children.at(-1);
  if (inner !== undefined && innerValue !== undefined) {
    return withChildren(metadata.element, [...metadata.children.slice(0, -1), joinedHalves(inner, innerValue)]);
  }
  const group: ThriftStruct = new Map(
    [...metadata.element].filter(([id]) => id === SchemaElement.repetitionType || id === SchemaElement.name),
  );
  return withChildren(group, [requiredLeaf(metadata, 'metadata'), requiredLeaf(value, 'value')]);
}

function requiredLeaf(leaf: SchemaNode, name: string): SchemaNode {
  const element: ThriftStruct = new Map(leaf.element);
  element.set(SchemaElement.repetitionType, { type: I32, value: REQUIRED });
  return renamed({ element, children: [] }, name);
}

function withChildren(element: ThriftStruct, children: readonly SchemaNode[]): SchemaNode {
  if (children.length === 0) {
    return { element, children };
  }
  const numChildren = { type: I32, value: BigInt(children.length) };
  return { element: new Map(element).set(SchemaElement.numChildren, numChildren), children };
}

function renamed({ element, children }: SchemaNode, name: string): SchemaNode {
  const field = { type: BINARY, value: Buffer.from(name) };
  return { element: new Map(element).set(SchemaElement.name, field), children };
}

function nameOf({ element }: SchemaNode): string {
  return String(valueIn(element, SchemaElement.name));
}
