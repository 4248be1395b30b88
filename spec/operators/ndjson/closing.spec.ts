import { once } from 'node:events';
import { readdirSync, readlinkSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { BehaviorSubject, lastValueFrom, NEVER, take } from 'rxjs';
import type { NdjsonLines } from '../../../lib/inputs/ndjsonLines.ts';
import { ndjson } from '../../../operators/ndjson.ts';
import { pull } from '../../../operators/pull.ts';

const bytes = Buffer.from('\ufeff{"a":"é😀"}\r\n\n \t\r\n{"b":1}\n\ufeff{"c":2}');
const gzip = gzipSync(bytes);

describe('ndjson closes', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ndjson-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  for (const first of [[], [bytes], [gzip.subarray(0, 20)]]) {
    for (const isPaused of [true, false]) {
      const what = first[0] === undefined ? 'nothing' : first[0] === bytes ? 'text' : 'gzip';
      it(`an idle stream when unsubscribed from, after ${what}, ${isPaused ? 'paused' : 'reading'}`, async () => {
        for (const read of [
          (lines: NdjsonLines<string>) => pull(lines, new BehaviorSubject(isPaused)).subscribe(),
          (lines: NdjsonLines<string>) => {
            const iterator = lines[Symbol.asyncIterator]();
            const reading = iterator.next().then(() => iterator.next());
            return { unsubscribe: () => void iterator.return?.().then(() => reading) };
          },
        ]) {
          const stream = new PassThrough();
          const closed = once(stream, 'close');
          for (const chunk of first) {
            stream.write(chunk);
          }
          const reading = read(ndjson(stream));
          await new Promise(setImmediate);
          reading.unsubscribe();
          await closed;
          expect(stream.destroyed).toBeTrue();
        }
      });
    }
  }

  const descriptors = (): number =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).startsWith(folder);
      } catch {
        return false;
      }
    }).length;

  it('the file, at its end, when unsubscribed from, and after an error', async () => {
    if (process.platform !== 'linux') {
      pending('needs /proc');
    }
    const large = join(folder, 'large.ndjson');
    const compressed = join(folder, 'readings.ndjson.gz');
    await writeFile(large, '{"a":1}\n'.repeat(200_000));
    await writeFile(compressed, gzip);
    ndjson(large);
    expect(descriptors()).toBe(0);
    for (const file of [large, compressed]) {
      await lastValueFrom(pull(ndjson(file), NEVER));
      await lastValueFrom(pull(ndjson(file), NEVER).pipe(take(1)));
      await expectAsync(lastValueFrom(pull(ndjson(file, { maxLineBytes: 3 }), NEVER))).toBeRejected();
      pull(ndjson(file), NEVER).subscribe().unsubscribe();
      for await (const line of ndjson(file)) {
        expect(line).not.toBe('');
        break;
      }
    }
    for (let turn = 0; turn < 1000 && descriptors() > 0; turn++) {
      await new Promise(setImmediate);
    }
    expect(descriptors()).toBe(0);
  });
});
