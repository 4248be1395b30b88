import { resolve } from 'node:path';
import ts from '@typescript/typescript6';

/** An export of a module. */
export interface Exported {
  readonly name: string;
  readonly kind: 'function' | 'class' | 'interface' | 'type' | 'value';
  /** Whether it has type parameters without a default. */
  readonly isGeneric: boolean;
  /** The names of its own members, and of those that it inherits from types that are not exported. */
  readonly members: readonly string[];
  /** The names of itself and its members if they have no doc comment, and of its parameters without a `@param`. */
  readonly undocumented: readonly string[];
  /** The code of its `@example`s, and of those of its members. */
  readonly examples: readonly string[];
}

/** All exports of a module of a program, by name. */
export function exportsOf(program: ts.Program, path: string): ReadonlyMap<string, Exported> {
  const symbols = exportedSymbols(program, path);
  const checker = program.getTypeChecker();
  return new Map(symbols.map((symbol) => [symbol.name, describe(checker, symbol, new Set(symbols))]));
}

/** The symbols of everything that a module of a program exports. */
export function exportedSymbols(program: ts.Program, path: string): readonly ts.Symbol[] {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(resolve(path));
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) {
    throw new Error(`${path} is not a module. Run npm run build first.`);
  }
  return checker
    .getExportsOfModule(module)
    .map((symbol) => (symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol));
}

/** The strings of an exported union of strings. */
export function unionOf(program: ts.Program, path: string, name: string): readonly string[] {
  const statements: readonly ts.Statement[] = program.getSourceFile(resolve(path))?.statements ?? [];
  const alias = statements.filter(ts.isTypeAliasDeclaration).find((each) => each.name.text === name);
  const type = alias && program.getTypeChecker().getTypeAtLocation(alias);
  if (!type?.isUnion()) {
    throw new Error(`${path} has no union ${name}.`);
  }
  return type.types.map((each) => (each.isStringLiteral() ? each.value : program.getTypeChecker().typeToString(each)));
}

function describe(checker: ts.TypeChecker, symbol: ts.Symbol, exported: ReadonlySet<ts.Symbol>): Exported {
  const kind = kindOf(symbol);
  const members = kind === 'interface' || kind === 'class' ? membersOf(checker, symbol, exported) : [];
  return {
    name: symbol.name,
    kind,
    isGeneric: (symbol.declarations ?? []).some(
      (declaration) =>
        (ts.isInterfaceDeclaration(declaration) ||
          ts.isTypeAliasDeclaration(declaration) ||
          ts.isClassDeclaration(declaration)) &&
        (declaration.typeParameters ?? []).some((parameter) => parameter.default === undefined),
    ),
    members: members.map(({ name }) => name),
    undocumented: [
      ...[symbol, ...members]
        .filter((each) => each.getDocumentationComment(checker).length === 0)
        .map(({ name }) => name),
      ...(kind === 'function' ? undocumentedParameters(checker, symbol) : []),
    ],
    examples: [symbol, ...members].flatMap((each) => examplesOf(checker, each)),
  };
}

function kindOf({ flags }: ts.Symbol): Exported['kind'] {
  if (flags & ts.SymbolFlags.Class) {
    return 'class';
  }
  if (flags & ts.SymbolFlags.Function) {
    return 'function';
  }
  if (flags & ts.SymbolFlags.Interface) {
    return 'interface';
  }
  return flags & ts.SymbolFlags.TypeAlias ? 'type' : 'value';
}

/** The members that users of a class or an interface see: its own, and those that it has from what is not exported. */
export function membersOf(
  checker: ts.TypeChecker,
  symbol: ts.Symbol,
  exported: ReadonlySet<ts.Symbol>,
): readonly ts.Symbol[] {
  return checker.getPropertiesOfType(checker.getDeclaredTypeOfSymbol(symbol)).filter((member) => {
    if (!/^[a-z]/i.test(member.name) || isInternal(member)) {
      return false;
    }
    return (member.declarations ?? []).some((declaration) => {
      const holder = checker.getSymbolAtLocation((declaration.parent as ts.InterfaceDeclaration).name ?? declaration);
      const isOwn = holder === symbol || (holder !== undefined && !exported.has(holder) && !isForeign(declaration));
      return isOwn && !(ts.getCombinedModifierFlags(declaration as ts.Declaration) & ts.ModifierFlags.Private);
    });
  });
}

/** Members of `Error` and the like are documented elsewhere. */
function isForeign(declaration: ts.Declaration): boolean {
  return declaration.getSourceFile().fileName.includes('node_modules');
}

function isInternal(symbol: ts.Symbol): boolean {
  return symbol.getJsDocTags().some(({ name }) => name === 'internal');
}

function undocumentedParameters(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  const tags = symbol.getJsDocTags(checker).filter(({ name }) => name === 'param');
  const documented = new Set(tags.map(({ text }) => ts.displayPartsToString(text).split(/\s/, 1)[0]));
  const parameters = (symbol.declarations ?? []).filter(ts.isFunctionDeclaration).flatMap((each) => each.parameters);
  return parameters.map(({ name }) => name.getText()).filter((name) => !documented.has(name));
}

function examplesOf(checker: ts.TypeChecker, symbol: ts.Symbol): string[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => name === 'example')
    .flatMap(({ text }) => [...ts.displayPartsToString(text).matchAll(/```ts\n([\s\S]*?)```/g)])
    .map(([, code = '']) => code);
}
