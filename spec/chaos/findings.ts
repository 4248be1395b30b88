/** What came of the campaigns of one kind, or of one of them. All but the last two fields are counts. */
export interface Findings {
  /** Runs, each with clients of its own. */
  runs: number;
  /** Kills, or connections that a fault has struck. */
  faults: number;
  /** Records that clients have accepted. */
  sent: number;
  /** Records whose clients were notified that they are durable. */
  acknowledged: number;
  /** Rows in the tables in the end. */
  rows: number;
  /** Acknowledged records that are not in the table. */
  lost: number;
  /** Records that clients have sent again, counted each time. */
  resent: number;
  /** Rows that are in a table again, which at-least-once permits if their records were sent again. */
  doubled: number;
  /** Rows that are in a table more often than their records were sent. */
  surplus: number;
  /** Records that came behind later ones of the same key. */
  disordered: number;
  /** What kills have interrupted, by the traces on the disk. */
  readonly interrupted: Map<string, number>;
  /** Everything that is wrong, as text. */
  readonly problems: string[];
}

/** Findings of nothing yet. */
export function noFindings(): Findings {
  return {
    runs: 0,
    faults: 0,
    sent: 0,
    acknowledged: 0,
    rows: 0,
    lost: 0,
    resent: 0,
    doubled: 0,
    surplus: 0,
    disordered: 0,
    interrupted: new Map(),
    problems: [],
  };
}

/** Adds findings to others. */
export function addFindings(to: Findings, { interrupted, problems, ...counts }: Findings): void {
  for (const [name, count] of Object.entries(counts)) {
    to[name as keyof typeof counts] += count;
  }
  for (const [name, count] of interrupted) {
    to.interrupted.set(name, (to.interrupted.get(name) ?? 0) + count);
  }
  to.problems.push(...problems);
}
