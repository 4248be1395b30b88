import ts from '@typescript/typescript6';

/** A comment of a source file. */
export interface Comment {
  /** The line it begins in, counted from 1. */
  readonly line: number;
  readonly text: string;
}

/** A place that breaks a rule: `lib/wire/batch.ts:12: …`. */
export type Violation = string;

/** Comments are at most as wide as Biome makes code. */
export const MAX_COLUMNS = 120;

/** Stands for the parts of a message that are known only at run time. */
const UNKNOWN = '\uFFFC';

/** A sentence ends with a full stop or a question mark, before parts that are not known too; `: …` ends as its part. */
const sentenceEnd = /([.?]|[.:?]\s*\uFFFC+)$/;

/** Parses a file of TypeScript or JavaScript. */
export function parseSource(path: string, code: string): ts.SourceFile {
  return ts.createSourceFile(path, code, ts.ScriptTarget.ES2022, true);
}

/** Every comment of a file, but none within a string. */
export function commentsOf(source: ts.SourceFile): readonly Comment[] {
  const { text } = source;
  const ranges = new Map<number, ts.CommentRange>();
  const visit = (node: ts.Node): void => {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) {
      return;
    }
    const children = node.getChildren(source);
    if (children.length > 0) {
      children.forEach(visit);
      return;
    }
    const found = [ts.getTrailingCommentRanges(text, node.pos), ts.getLeadingCommentRanges(text, node.pos)];
    for (const range of found.flatMap((each) => each ?? [])) {
      // Within a string or template there is text that looks like a comment.
      if (range.end <= node.getStart(source) || node.kind === ts.SyntaxKind.EndOfFileToken) {
        ranges.set(range.pos, range);
      }
    }
  };
  visit(source);
  return [...ranges.values()].map(({ pos, end }) => ({ line: lineOf(source, pos), text: text.slice(pos, end) }));
}

/** The lines of comments that are wider than {@link MAX_COLUMNS}. */
export function wideComments(source: ts.SourceFile): readonly Violation[] {
  const lines = source.text.split('\n');
  return commentsOf(source).flatMap(({ line, text }) =>
    text.split('\n').flatMap((_, index) => {
      const columns = lines[line - 1 + index]?.length ?? 0;
      return columns > MAX_COLUMNS ? [violation(source, line + index, `${columns} columns`)] : [];
    }),
  );
}

/** The top-level constants whose case does not show whether they are primitive: `MAX_BYTES = 1`, `names = []`. */
export function misspelledConstants(source: ts.SourceFile): readonly Violation[] {
  const declarations = source.statements
    .filter(ts.isVariableStatement)
    .filter(({ declarationList }) => (declarationList.flags & ts.NodeFlags.Const) !== 0)
    .flatMap(({ declarationList }) => [...declarationList.declarations]);
  return declarations.flatMap(({ name, initializer }) => {
    if (!ts.isIdentifier(name) || initializer === undefined) {
      return [];
    }
    const isUpper = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/.test(name.text);
    const line = lineOf(source, name.getStart(source));
    if (isPrimitiveLiteral(initializer) && !isUpper) {
      return [violation(source, line, `${name.text} is a primitive: spell it in CONSTANT_CASE`)];
    }
    return isObjectLiteral(initializer) && isUpper && name.text.length > 1
      ? [violation(source, line, `${name.text} is an object: spell it in camelCase`)]
      : [];
  });
}

/**
 * The messages of errors that do not end with a full stop: those of `new …Error(…)`, and of `super(…)` in classes of
 * errors. Only what is written out is looked at; the values of variables and functions are not known here.
 *
 * @param messageIndexes which argument of each class is the message; see {@link messageIndexesOf}
 */
export function unfinishedMessages(
  source: ts.SourceFile,
  messageIndexes: ReadonlyMap<string, number>,
): readonly Violation[] {
  const found: Violation[] = [];
  const check = (className: string, args: readonly ts.Expression[]): void => {
    const message = args[messageIndexes.get(className) ?? 0];
    for (const text of message === undefined ? [] : possibleTexts(message)) {
      if (/[^\uFFFC]/.test(text) && !sentenceEnd.test(text)) {
        const line = lineOf(source, message?.getStart(source) ?? 0);
        found.push(violation(source, line, text.replaceAll(UNKNOWN, '…')));
      }
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && ts.isIdentifier(node.expression) && node.expression.text.endsWith('Error')) {
      check(node.expression.text, node.arguments ?? []);
    }
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword) {
      const base = baseOf(ts.findAncestor(node, ts.isClassLike));
      if (base?.endsWith('Error')) {
        check(base, node.arguments);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/**
 * Which argument of each class of errors is its message: the parameter of its constructor that is called `message`, or
 * that of the class it extends. A class whose parameters do not include a message has -1.
 */
export function messageIndexesOf(sources: readonly ts.SourceFile[]): ReadonlyMap<string, number> {
  const classes = new Map<string, ts.ClassLikeDeclaration>();
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node) && node.name?.text.endsWith('Error')) {
      classes.set(node.name.text, node);
    }
    ts.forEachChild(node, visit);
  };
  sources.forEach(visit);
  const indexOf = (name: string): number => {
    const declaration = classes.get(name);
    const maker = declaration?.members.find(ts.isConstructorDeclaration);
    if (maker !== undefined) {
      return maker.parameters.findIndex((parameter) => parameter.name.getText() === 'message');
    }
    return declaration === undefined ? 0 : indexOf(baseOf(declaration) ?? '');
  };
  return new Map([...classes.keys()].map((name) => [name, indexOf(name)]));
}

/** The words of comments, code in them left out, and each place of those that a pattern matches. */
export function wordsOf(
  source: ts.SourceFile,
  pattern: RegExp,
): { readonly count: number; readonly places: Violation[] } {
  const places: Violation[] = [];
  let count = 0;
  for (const { line, text } of commentsOf(source)) {
    const prose = text.replaceAll(/```[\s\S]*?```/g, (code) => code.replaceAll(/[^\n]/g, ''));
    prose.split('\n').forEach((each, index) => {
      const words = each.match(/[A-Za-z']+/g) ?? [];
      count += words.length;
      const matches = words.filter((word) => pattern.test(word));
      places.push(...matches.map(() => violation(source, line + index, each.replace(/^[\s/*]+/, ''))));
    });
  }
  return { count, places };
}

/** Every text that an expression of literals, conditions and values may be, values as {@link UNKNOWN}. */
function possibleTexts(node: ts.Expression): readonly string[] {
  if (ts.isStringLiteralLike(node)) {
    return [node.text];
  }
  if (ts.isParenthesizedExpression(node)) {
    return possibleTexts(node.expression);
  }
  if (ts.isConditionalExpression(node)) {
    return [...possibleTexts(node.whenTrue), ...possibleTexts(node.whenFalse)];
  }
  if (ts.isTemplateExpression(node)) {
    return node.templateSpans.reduce<readonly string[]>(
      (heads, { expression, literal }) =>
        concatenations(concatenations(heads, possibleTexts(expression)), [literal.text]),
      [node.head.text],
    );
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken) {
    return concatenations(possibleTexts(node.left), possibleTexts(node.right));
  }
  return [UNKNOWN];
}

function concatenations(heads: readonly string[], tails: readonly string[]): readonly string[] {
  return heads.flatMap((head) => tails.map((tail) => head + tail));
}

function isPrimitiveLiteral(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node) || ts.isParenthesizedExpression(node)) {
    return isPrimitiveLiteral(node.expression);
  }
  if (ts.isPrefixUnaryExpression(node)) {
    return isPrimitiveLiteral(node.operand);
  }
  if (ts.isBinaryExpression(node)) {
    return isPrimitiveLiteral(node.left) && isPrimitiveLiteral(node.right);
  }
  return (
    ts.isStringLiteralLike(node) ||
    ts.isTemplateExpression(node) ||
    ts.isNumericLiteral(node) ||
    ts.isBigIntLiteral(node) ||
    node.kind === ts.SyntaxKind.TrueKeyword ||
    node.kind === ts.SyntaxKind.FalseKeyword
  );
}

function isObjectLiteral(node: ts.Expression): boolean {
  if (ts.isAsExpression(node) || ts.isSatisfiesExpression(node)) {
    return isObjectLiteral(node.expression);
  }
  return (
    ts.isArrayLiteralExpression(node) ||
    ts.isObjectLiteralExpression(node) ||
    ts.isNewExpression(node) ||
    ts.isArrowFunction(node) ||
    ts.isRegularExpressionLiteral(node)
  );
}

function baseOf(declaration: ts.ClassLikeDeclaration | undefined): string | undefined {
  const heritage = declaration?.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
  return heritage?.types[0]?.expression.getText();
}

function lineOf(source: ts.SourceFile, position: number): number {
  return source.getLineAndCharacterOfPosition(position).line + 1;
}

function violation(source: ts.SourceFile, line: number, what: string): Violation {
  return `${source.fileName}:${line}: ${what}`;
}
