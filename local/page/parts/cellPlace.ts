/** The place of a cell in a grid. */
export class CellPlace {
  readonly row: number;
  readonly column: number;

  constructor(row: number, column: number) {
    this.row = row;
    this.column = column;
  }

  isAt(row: number, column: number): boolean {
    return this.row === row && this.column === column;
  }

  within(rows: number, columns: number): CellPlace {
    return new CellPlace(clamp(this.row, rows), clamp(this.column, columns));
  }

  /**
   * The place that a key leads to, as in other grids. It may lie outside.
   *
   * @param page rows that are in sight at once
   * @returns undefined for a key with another meaning
   */
  after({ key, ctrlKey, metaKey, altKey }: KeyboardEvent, page: number): CellPlace | undefined {
    const isFar = ctrlKey || metaKey;
    if (altKey || (isFar && key !== 'Home' && key !== 'End')) {
      return undefined;
    }
    const { row, column } = this;
    switch (key) {
      case 'ArrowDown':
        return new CellPlace(row + 1, column);
      case 'ArrowUp':
        return new CellPlace(row - 1, column);
      case 'ArrowRight':
        return new CellPlace(row, column + 1);
      case 'ArrowLeft':
        return new CellPlace(row, column - 1);
      case 'PageDown':
        return new CellPlace(row + page, column);
      case 'PageUp':
        return new CellPlace(row - page, column);
      case 'Home':
        return isFar ? new CellPlace(0, 0) : new CellPlace(row, 0);
      case 'End':
        return new CellPlace(isFar ? Number.MAX_SAFE_INTEGER : row, Number.MAX_SAFE_INTEGER);
      default:
        return undefined;
    }
  }
}

function clamp(value: number, count: number): number {
  return Math.max(0, Math.min(value, count - 1));
}
