/** Refuses a result. @param isRight whether it is right */
export function expectRight(isRight: boolean, problem: string): void {
  if (!isRight) {
    throw new Error(`The result is wrong: ${problem}.`);
  }
}
