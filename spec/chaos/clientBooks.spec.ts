import { KEY_COUNT } from './chaosTable.ts';
import { ClientBooks, type ClientOutcome, type Ending } from './clientBooks.ts';
import { type Findings, noFindings } from './findings.ts';

const FIRST = 7000;

/** Books of a client that has sent rows. */
function booksOf(sent: number, acknowledged: number): ClientBooks {
  const books = new ClientBooks('client', FIRST);
  for (let left = sent; left > 0; left -= 1) {
    books.send();
  }
  books.acknowledge(acknowledged);
  return books;
}

function rows(...indexes: readonly number[]): readonly number[] {
  return indexes.map((index) => FIRST + index);
}

function compared(books: ClientBooks, numbers: readonly number[]): Findings {
  const findings = noFindings();
  books.compare(numbers, findings);
  return findings;
}

/** The problems of a client with 5 rows, 3 of them acknowledged, that has ended like this. */
function problemsOf(outcome: ClientOutcome, ending: Ending, acknowledged = 3): readonly string[] {
  const books = booksOf(5, acknowledged);
  books.close(outcome, ending);
  return compared(books, rows(0, 1, 2, 3, 4)).problems;
}

describe('The books of a client under chaos', () => {
  it('are right if each acknowledged row is in the table once', () => {
    expect(compared(booksOf(4, 3), rows(0, 1, 2))).toEqual({ ...noFindings(), sent: 4, acknowledged: 3 });
  });

  it('notice acknowledged rows that are not in the table', () => {
    const { lost, problems } = compared(booksOf(4, 3), rows(0, 2, 3));
    expect(lost).toBe(1);
    expect(problems).toEqual(['client: 1 acknowledged rows are lost, such as 7001.']);
  });

  it('notice rows that are in the table again although they were not sent again', () => {
    const { doubled, surplus, problems } = compared(booksOf(3, 3), rows(0, 1, 1, 2));
    expect({ doubled, surplus, problems: problems.length }).toEqual({ doubled: 1, surplus: 1, problems: 1 });
  });

  it('permit as many copies as were sent while the row was not acknowledged', () => {
    const books = booksOf(3, 1);
    books.events.next({ kind: 'replayed', records: 2, batches: 1, at: 0 });
    books.acknowledge(3);
    expect(compared(books, rows(0, 1, 2, 1, 2))).toEqual(
      jasmine.objectContaining({ resent: 2, doubled: 2, surplus: 0, problems: [] }),
    );
    expect(compared(books, rows(0, 1, 2, 1, 2, 2)).surplus).toBe(1);
    expect(compared(books, rows(0, 0, 1, 2)).surplus).toBe(1);
  });

  it('notice rows that come behind later ones of the same key', () => {
    const books = booksOf(2 * KEY_COUNT, 0);
    expect(compared(books, rows(1, 0, KEY_COUNT)).disordered).toBe(0);
    expect(compared(books, rows(KEY_COUNT, 0)).disordered).toBe(1);
  });

  it('notice a watermark that goes back, or beyond what was sent', () => {
    const books = booksOf(3, 2);
    books.acknowledge(1);
    expect(compared(books, rows(0, 1, 2)).problems).toHaveSize(1);
    books.acknowledge(4);
    expect(compared(books, rows(0, 1, 2, 3)).problems.length).toBeGreaterThan(1);
  });

  it('notice values that are emitted out of order', () => {
    const books = booksOf(3, 0);
    books.emit(FIRST);
    expect(compared(books, rows(0, 1, 2)).problems).toEqual([]);
    books.emit(FIRST + 2);
    expect(compared(books, rows(0, 1, 2)).problems).toEqual(['client: emitted 7002 instead of 7001.']);
  });

  it('require that a client ends as it is to', () => {
    const error = new Error('cut');
    expect(problemsOf({}, 'complete', 5)).toEqual([]);
    expect(problemsOf({}, 'complete')).toHaveSize(1);
    expect(problemsOf({ error }, 'complete')).toHaveSize(1);
    expect(problemsOf({ error }, 'abort')).toEqual([]);
    expect(problemsOf({}, 'abort')).toHaveSize(1);
  });

  it('require that a client that gives up hands back what is not durable, in order', () => {
    const error = new Error('cut');
    expect(problemsOf({ error, handedBack: rows(3, 4) }, 'giveUp')).toEqual([]);
    expect(problemsOf({ error, handedBack: rows(3) }, 'giveUp')).toHaveSize(1);
    expect(problemsOf({ error, handedBack: rows(4, 3) }, 'giveUp')).toHaveSize(1);
    expect(problemsOf({ error }, 'giveUp')).toHaveSize(1);
  });
});
