import { ChannelLog } from '../support/channelLog.ts';
import { cut, records, TABLE, world } from '../support/toZerobusWorld.ts';

describe('The diagnostics channels in virtual time', () => {
  it('time everything by the scheduler of the stream', () => {
    using log = new ChannelLog(TABLE);
    world(({ operatorTo, server, cold, flush }) => {
      const operator = operatorTo([server('--o---#', cut), server('-o---(0-)')]);
      cold('---a------|', records).pipe(operator).subscribe();
      flush();
    });
    const times = log.messages
      .filter(({ message }) => 'durationMs' in message)
      .map(({ channel, kind, message }) => [channel, kind, message['durationMs'], message['ackMs']]);
    expect(times).toEqual([
      ['connection', 'opened', 2, undefined],
      ['connection', 'broken', 6, undefined],
      // The wait before the next attempt took 10 ms.
      ['connection', 'opened', 1, undefined],
      ['batch', 'durable', 18, 4],
      // The service does not end the call, so it is canceled after 2 s.
      ['connection', 'closed', 2005, undefined],
    ]);
  });
});
