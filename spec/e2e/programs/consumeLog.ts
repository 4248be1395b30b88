// Runs as a process of its own, which the spec kills or asks to end. It brings a log of files into the table: `0.log`,
// `1.log` … have a message a line, and `0.offset`, `1.offset` … the committed positions. Prints a line for each commit.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BehaviorSubject } from 'rxjs';
import { commitWhenDurable } from '../../../operators/commitWhenDurable.ts';
import { pull } from '../../../operators/pull.ts';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { READINGS_TABLE } from '../../support/startServer.ts';

interface Message {
  readonly partition: number;
  readonly offset: number;
  readonly text: string;
}

const [folder = '', connection = '{}', options = '{}'] = process.argv.slice(2);
const { partitionCount, maxInflightRecords, count } = JSON.parse(options);

const committedPath = (partition: number): string => join(folder, `${partition}.offset`);

/** Reads the partitions in turn, from their committed positions. */
function* messages(): Generator<Message> {
  const partitions = Array.from({ length: partitionCount }, (_, partition) => ({
    partition,
    lines: readFileSync(join(folder, `${partition}.log`), 'utf8')
      .trimEnd()
      .split('\n'),
    offset: Number(readFileSync(committedPath(partition), 'utf8')),
  }));
  for (let hasMore = true; hasMore; ) {
    hasMore = false;
    for (const each of partitions) {
      const text = each.lines[each.offset];
      if (text !== undefined) {
        hasMore = true;
        yield { partition: each.partition, offset: each.offset++, text };
      }
    }
  }
}

const paused$ = new BehaviorSubject(false);
const commits = commitWhenDurable<Message, number>({
  key: ({ partition }) => partition,
  position: ({ offset }) => offset + 1,
  commit: (all) => {
    for (const { key, position } of all) {
      writeFileSync(`${committedPath(key)}.new`, `${position}`);
      renameSync(`${committedPath(key)}.new`, committedPath(key));
    }
    console.log(all.map(({ key, position }) => `${key}@${position}`).join(' '));
  },
  every: { count, ms: 100 },
});
process.once('SIGTERM', async () => process.exit((await commits.drain(60_000)) ? 0 : 1));
pull(messages(), paused$)
  .pipe(
    commits.track,
    throughZerobus<Message>(READINGS_TABLE, {
      ...JSON.parse(connection),
      row: ({ text }) => text,
      backpressure: paused$,
      maxInflightRecords,
      maxBatchRecords: 100,
    }),
    commits,
  )
  .subscribe({ complete: () => console.log('complete') });
