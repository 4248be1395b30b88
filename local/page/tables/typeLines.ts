const SHORT_LENGTH = 48;

/** A type in SQL: in one line if it is short, and otherwise with each field of a struct in a line of its own. */
export function typeLines(type: string): string {
  return type.length <= SHORT_LENGTH ? type : unfold(type);
}

function unfold(type: string): string {
  let text = '';
  let depth = 0;
  let isQuoted = false;
  // Fields of a struct go into lines of their own, but not the two types of a map or the digits of a decimal.
  const isStruct: boolean[] = [];
  for (let index = 0; index < type.length; index++) {
    const character = type[index] as string;
    if (character === '`') {
      isQuoted = !isQuoted;
    }
    if (isQuoted || !'<>(),'.includes(character)) {
      text += character;
    } else if (character === '<' || character === '(') {
      isStruct.push(character === '<' && /STRUCT\s*$/i.test(text));
      depth += isStruct.at(-1) === true ? 1 : 0;
      text += isStruct.at(-1) === true ? `${character}${line(depth)}` : character;
    } else if (character === ',') {
      text += isStruct.at(-1) === true ? `,${line(depth)}` : ',';
      index += isStruct.at(-1) === true && type[index + 1] === ' ' ? 1 : 0;
    } else {
      const ends = isStruct.pop() === true;
      depth -= ends ? 1 : 0;
      text += ends ? `${line(depth)}${character}` : character;
    }
  }
  return text;
}

function line(depth: number): string {
  return `\n${'  '.repeat(depth)}`;
}
