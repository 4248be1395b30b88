import ts from '@typescript/typescript6';
import { compile } from '../support/compile.ts';
import { anchorOf, codeNames, sections } from '../support/markdown.ts';
import { exportedSymbols, membersOf } from '../support/moduleExports.ts';

/** A document with tables of options. */
export interface OptionsDocument {
  /** Its path from the root of the checkout. */
  readonly path: string;
  /** The entry points that export the interfaces of its tables. */
  readonly entryPoints: readonly [string, ...string[]];
}

/** Every document with tables of options. */
export const optionsDocuments: readonly OptionsDocument[] = [
  {
    path: 'docs/api.md',
    entryPoints: [
      'rxjs-zerobus',
      'rxjs-zerobus/browser',
      'rxjs-zerobus/gateway',
      'rxjs-zerobus/otel',
      'rxjs-zerobus/testing',
    ],
  },
  { path: 'local/README.md', entryPoints: ['zerobus-local'] },
];

/** Writes the table of an interface in its place: what a document has between the two comments. */
type MakeTable = (name: string) => string;

/**
 * A document with each of its tables made anew. `<!-- options: Name -->` begins the table of the interface `Name`,
 * `<!-- /options -->` ends it.
 *
 * @param document which one it is
 * @param markdown its text
 * @throws Error if the package does not export an interface, or a table has no end
 */
export function withOptionTables({ path, entryPoints }: OptionsDocument, markdown: string): string {
  const makeTable = tableMaker(entryPoints, anchorsByName(markdown));
  const ends = markdown.match(/<!-- \/options -->/g) ?? [];
  let tables = 0;
  const result = markdown.replaceAll(/<!-- options: (\w+) -->\n[\s\S]*?<!-- \/options -->/g, (_, name: string) => {
    tables++;
    return `<!-- options: ${name} -->\n\n${makeTable(name)}\n\n<!-- /options -->`;
  });
  if (tables !== ends.length || tables !== (markdown.match(/<!-- options:/g) ?? []).length) {
    throw new Error(`${path} has a table of options without its beginning or its end: put both comments around it.`);
  }
  return result;
}

/** Makes tables out of the declarations that users of a package get. */
function tableMaker(entryPoints: OptionsDocument['entryPoints'], anchors: ReadonlyMap<string, string>): MakeTable {
  // Within the package, so that its own name leads to what was built.
  const [packageName] = entryPoints;
  const path = `build/spec/docs/optionsOf/${packageName}.ts`;
  const program = compile([], [{ path, text: entryPoints.map((each) => `export * from '${each}';\n`).join('') }]);
  const checker = program.getTypeChecker();
  const exported = exportedSymbols(program, path);
  return (name) => {
    const symbol = exported.find((each) => each.name === name);
    if (symbol === undefined) {
      throw new Error(`${packageName} exports no ${name}: correct the comment above its table, or run npm run build.`);
    }
    const rows = membersOf(checker, symbol, new Set(exported)).map((member) => rowOf(checker, member, anchors));
    const hasDefaults = rows.some(({ standard }) => standard !== REQUIRED);
    return [
      line('option', 'type', ...(hasDefaults ? ['default'] : []), 'what it is'),
      line('---', '---', ...(hasDefaults ? ['---'] : []), '---'),
      ...rows.map(({ option, type, standard, text }) => line(option, type, ...(hasDefaults ? [standard] : []), text)),
    ].join('\n');
  };
}

const REQUIRED = 'required';
/** From so many digits on, a number in a text has separators. */
const FROM_DIGITS = 4;

interface Row {
  readonly option: string;
  readonly type: string;
  /** The default: its doc comment's sentence "Defaults to …". */
  readonly standard: string;
  readonly text: string;
}

function rowOf(checker: ts.TypeChecker, member: ts.Symbol, anchors: ReadonlyMap<string, string>): Row {
  const comment = ts.displayPartsToString(member.getDocumentationComment(checker)).replaceAll(/\s+/g, ' ').trim();
  const [sentence = '', standard = ''] = /(?:^| )Defaults to (.*?)\.(?= |$)/.exec(comment) ?? [];
  const isOptional = (member.flags & ts.SymbolFlags.Optional) !== 0;
  return {
    option: `\`${member.name}\``,
    type: typeOf(member, anchors),
    standard: isOptional ? withLinks(withSeparators(standard, 1), anchors) : REQUIRED,
    text: withLinks(withSeparators(comment.replace(sentence, '').trim(), FROM_DIGITS), anchors),
  };
}

/**
 * A member's type as its declaration has it, each part of a union by itself, with a link if there is an entry about it.
 */
function typeOf(member: ts.Symbol, anchors: ReadonlyMap<string, string>): string {
  const declaration = member.valueDeclaration;
  if (declaration === undefined || !ts.isPropertySignature(declaration) || declaration.type === undefined) {
    throw new Error(`${member.name} is no property with a type: declare it as one.`);
  }
  const parts = ts.isUnionTypeNode(declaration.type) ? declaration.type.types : [declaration.type];
  return parts
    .filter(({ kind }) => kind !== ts.SyntaxKind.UndefinedKeyword)
    .map((part) => (ts.isParenthesizedTypeNode(part) ? part.type : part).getText().replaceAll(/\s+/g, ' '))
    .map((text) => linked(text, anchors))
    .join(' or ');
}

/** `{@link Name}` as a link to the entry of that name. */
function withLinks(text: string, anchors: ReadonlyMap<string, string>): string {
  return text.replaceAll(/\{@link ([\w.]+)\}/g, (_, name: string) => linked(name, anchors));
}

function linked(name: string, anchors: ReadonlyMap<string, string>): string {
  const anchor = anchors.get(name);
  return anchor === undefined ? `\`${name}\`` : `[\`${name}\`](#${anchor})`;
}

/** Numbers as people read them: 1,000,000 for `1000000`. Those of fewer digits stay code. */
function withSeparators(text: string, fewestDigits: number): string {
  return text.replaceAll(/`(\d+)`/g, (code, digits: string) =>
    digits.length < fewestDigits ? code : Number(digits).toLocaleString('en-US'),
  );
}

/** The entries of a document: the names in its headings, and where a link to each leads. */
function anchorsByName(markdown: string): ReadonlyMap<string, string> {
  return new Map(
    sections(markdown).flatMap(({ title }) => codeNames(title).map((name) => [name, anchorOf(title)] as const)),
  );
}

function line(...cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`.replaceAll(/ {2,}/g, ' ');
}
