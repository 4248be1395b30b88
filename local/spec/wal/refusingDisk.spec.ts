import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { SealedSegment } from '../../lib/wal/segment.ts';
import { useTemporaryDirectory } from '../storage/temporaryDirectory.ts';

const program = fileURLToPath(new URL('limitedProcess.js', import.meta.url));

describe('a write-ahead log on a disk that refuses more bytes', () => {
  const temporaryDirectory = useTemporaryDirectory();

  it('fails the append, keeps every acknowledged row, and continues in a new segment', () => {
    if (process.platform === 'win32') {
      pending('needs a limit of file sizes');
    }
    const command = 'ulimit -f 100; exec "$0" "$1" "$2"';
    const output = execFileSync('/bin/sh', ['-c', command, process.execPath, program, temporaryDirectory()], {
      encoding: 'utf8',
    });
    const seen = JSON.parse(output) as {
      acknowledged: number;
      code: string;
      sealed: readonly SealedSegment[];
      pendingBytes: number;
    };
    expect(seen.code).toBe('EFBIG');
    expect(seen.acknowledged).toBeGreaterThan(2);
    expect(seen.pendingBytes).toBe(0);
    expect(seen.sealed.map((segment) => [segment.number, segment.rows])).toEqual([
      [1, seen.acknowledged],
      [2, 1],
    ]);
    for (const segment of seen.sealed) {
      const content = readFileSync(segment.path, 'utf8');
      expect(content.length).toBe(segment.bytes);
      expect(content.match(/"n":/g)?.length).toBe(segment.rows);
    }
  });
});
