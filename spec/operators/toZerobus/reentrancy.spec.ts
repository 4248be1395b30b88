import { Subject } from 'rxjs';
import { throughZerobus } from '../../../operators/throughZerobus.ts';
import { TABLE } from '../../support/toZerobusWorld.ts';
import { virtualWorld } from '../../support/virtualWorld.ts';

describe('An operator, from within a callback', () => {
  it('takes a value that the source emits while another is taken after that one', () => {
    const sent: unknown[] = [];
    const emitted: string[] = [];
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset, records }) => {
        sent.push(...records);
        scheduler.schedule(() => {
          connection.ack(physicalOffset);
          emitted.push('|');
        }, 5);
      },
    });
    const source = new Subject<string>();
    const row = (value: string): object => {
      if (value === 'a') {
        source.next('b');
      }
      return { value };
    };
    source
      .pipe(throughZerobus(TABLE, { ...options, maxBatchRecords: 1, row }))
      .subscribe((value) => emitted.push(value));
    source.next('a');
    scheduler.flush();
    expect(sent).toEqual(['{"value":"a"}', '{"value":"b"}']);
    expect(emitted).toEqual(['a', '|', 'b', '|']);
  });

  it('does not lose the value during which the source completes', () => {
    const log: string[] = [];
    const { scheduler, options } = virtualWorld({
      onBatch: (connection, { physicalOffset }) => connection.ack(physicalOffset),
    });
    const source = new Subject<string>();
    const row = (value: string): object => {
      source.complete();
      return { value };
    };
    source.pipe(throughZerobus(TABLE, { ...options, row })).subscribe({
      next: (value) => log.push(value),
      complete: () => log.push('complete'),
    });
    source.next('a');
    scheduler.flush();
    expect(log).toEqual(['a', 'complete']);
  });
});
