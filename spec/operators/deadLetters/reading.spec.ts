import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import { lastValueFrom, NEVER, toArray } from 'rxjs';
import type { LinePosition } from '../../../lib/inputs/lineReader.ts';
import { deadLetters } from '../../../operators/deadLetters.ts';
import { pull } from '../../../operators/pull.ts';
import { readDeadLetters } from '../../../operators/readDeadLetters.ts';
import { lettersFile, rejection, taken } from '../../support/lettersFile.ts';
import { rejectionOf } from '../../support/promises.ts';

describe('readDeadLetters', () => {
  const file = lettersFile();

  it('begins a new line behind one that was torn, and reading reports and skips it', async () => {
    const whole = deadLetters(file.path);
    await taken(whole(rejection(0)));
    const { size } = await stat(file.path);
    await taken(whole(rejection(1)));
    const end = (await stat(file.path)).size;
    for (let cut = size + 1; cut < end - 1; cut += 7) {
      await truncate(file.path, cut);
      const positions: LinePosition[] = [];
      expect((await file.read(positions)).map(({ offset }) => offset)).toEqual([0]);
      expect(positions).toEqual([{ line: 2, byte: size }]);
      await taken(whole(rejection(2)));
      positions.length = 0;
      expect((await file.read(positions)).map(({ offset }) => offset)).toEqual([0, 2]);
      expect(positions).toEqual([{ line: 2, byte: size }]);
      await truncate(file.path, size);
      await taken(whole(rejection(1)));
    }
    // Nothing but the line feed is missing.
    await truncate(file.path, end - 1);
    await taken(whole(rejection(2)));
    await appendFile(file.path, Buffer.alloc(100));
    const positions: LinePosition[] = [];
    expect((await file.read(positions)).map(({ offset }) => offset)).toEqual([0, 1, 2]);
    expect(positions.map(({ line }) => line)).toEqual([4]);
  });

  it('errors at a letter whose causes or reason have another type', async () => {
    for (const wrong of [
      '"schemaCauses":5',
      '"schemaCauses":[5]',
      '"schemaCauses":{}',
      '"schemaCauses":null',
      '"reason":[]',
    ]) {
      const letter = '{"time":"2026-11-26T07:00:00.000Z","offset":1,"code":"INTERNAL","reason":"no"';
      await writeFile(file.path, `${letter},${wrong}}\n`);
      expect(await rejectionOf(file.read()))
        .withContext(wrong)
        .toEqual(jasmine.objectContaining({ code: 'INVALID_RECORD', offset: 0 }));
    }
  });

  it('warns of a torn line by default', async () => {
    await writeFile(file.path, '{"time":"2026');
    const warning = spyOn(process, 'emitWarning');
    expect(await lastValueFrom(pull(readDeadLetters(file.path), NEVER).pipe(toArray()))).toEqual([]);
    expect(warning.calls.allArgs() as unknown[]).toEqual([
      [
        `${file.path}: line 1 (byte 0) was torn when its writer was killed, and is skipped.`,
        { type: 'ZerobusWarning', code: 'DEAD_LETTER_TORN' },
      ],
    ]);
  });

  it('reads a compressed file', async () => {
    await taken(deadLetters(file.path)(rejection(5)));
    await writeFile(file.path, gzipSync(await readFile(file.path)));
    const offsets: number[] = [];
    for await (const { offset } of readDeadLetters(file.path)) {
      offsets.push(offset);
    }
    expect(offsets).toEqual([5]);
  });

  it('refuses a line that is anything else', async () => {
    for (const line of [
      '{"device":"d1"}',
      'null',
      '[1]',
      'device;temp',
      '{"device":',
      '{"time":"x","offset":0,"code":"A"}',
    ]) {
      await writeFile(file.path, `${line}\n`);
      const error = await rejectionOf(file.read());
      expect([line, error.code, error.message]).toEqual([
        line,
        'INVALID_RECORD',
        `${file.path}: line 1 (byte 0) is not a dead letter. Correct the line.`,
      ]);
    }
  });
});
