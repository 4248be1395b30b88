import { cpus, totalmem } from 'node:os';

/** What the numbers were measured on: the kind of machine, and no name of it. */
export function machineLine(): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() || 'unknown CPU';
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${model}, ${cores.length} cores, ${memory} GiB, ${process.platform} ${process.arch}, Node ${process.versions.node}`;
}
