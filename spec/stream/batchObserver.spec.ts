import type { BatchObserver } from '../../lib/stream/batchObserver.ts';
import { Ledger } from '../../lib/stream/ledger.ts';
import { type Batch, recordsOf } from '../../lib/wire/batch.ts';
import { JsonBatchBuilder } from '../../lib/wire/jsonBatchBuilder.ts';

/** Makes a batch of these letters, one record each. */
function batchOf(letters: string): Batch {
  let sealed: Batch | undefined;
  const limits = { maxBatchRecords: 100, maxBatchBytes: 10_000 };
  const builder = new JsonBatchBuilder(limits, (batch) => {
    sealed = batch;
  });
  for (const letter of letters) {
    builder.add(letter);
  }
  builder.seal();
  return sealed as Batch;
}

const text = (batch: Batch): string => recordsOf(batch).join('');

describe('The observer of a ledger', () => {
  let log: string[];
  let ledger: Ledger;

  beforeEach(() => {
    log = [];
    const observer: BatchObserver = {
      onSealed: (batch) => log.push(`sealed ${text(batch)}`),
      onSent: (batch) => log.push(`sent ${text(batch)}`),
      onDurable: (batch) => log.push(`durable ${text(batch)}`),
      onRejected: (batch) => log.push(`rejected ${text(batch)}`),
      onReplaced: (batch, by) => log.push(`replaced ${text(batch)} ${batch.offsetCount} by ${by.offsetCount}`),
      onSplit: (batch, parts) => log.push(`split ${text(batch)} into ${parts.map(text).join(' ')}`),
      onDropped: (batch, rest) => log.push(`dropped of ${text(batch)}, left ${rest === undefined ? '' : text(rest)}`),
    };
    ledger = new Ledger((batch) => log.push(`left ${text(batch)}`), observer);
  });

  it('sees a batch sealed, sent and durable, before it leaves', () => {
    ledger.append(batchOf('ab'));
    ledger.append(batchOf('c'));
    ledger.takeNext();
    ledger.takeNext();
    ledger.takeNext();
    ledger.acknowledge(1);
    ledger.acknowledge(1);
    expect(log).toEqual([
      ...['sealed ab', 'sealed c', 'sent ab', 'sent c'],
      ...['durable ab', 'left ab', 'durable c', 'left c'],
    ]);
  });

  it('sees a batch sent again on each connection', () => {
    ledger.append(batchOf('a'));
    ledger.takeNext();
    ledger.rewind();
    ledger.takeNext();
    ledger.acknowledge(0);
    expect(log).toEqual(['sealed a', 'sent a', 'sent a', 'durable a', 'left a']);
  });

  it('sees the halves of a batch that is refused, and the record that is rejected', () => {
    ledger.append(batchOf('ab'));
    for (let refusals = 0; refusals < 2; refusals++) {
      ledger.rewind();
      ledger.takeNext();
      ledger.refuse();
    }
    expect(log).toEqual(['sealed ab', 'sent ab', 'split ab into a b', 'sent a', 'rejected a']);
  });

  it('sees what stands for a batch that gets an offset without a record', () => {
    const batch = batchOf('ab');
    ledger.append(batch);
    ledger.skip();
    expect(log).toEqual(['sealed ab', 'replaced ab 2 by 3']);
  });

  it('sees what is dropped of a batch, and what is left', () => {
    ledger.append(batchOf('abcdefgh'));
    ledger.dropOldest({ records: 3, bytes: 0 });
    ledger.dropOldest({ records: 5, bytes: 0 });
    expect(log).toEqual([
      'sealed abcdefgh',
      'dropped of abcdefgh, left defgh',
      'dropped of defgh, left ',
      'left defgh',
    ]);
  });
});
