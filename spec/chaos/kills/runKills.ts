import { setTimeout as wait } from 'node:timers/promises';
import type { StreamOptions } from '../../../lib/stream/streamOptions.ts';
import type { ChaosServer } from '../chaosServer.ts';
import { ClientGroup } from '../clients/clientGroup.ts';
import type { KillPlan } from '../plan.ts';
import type { CampaignSetting } from '../runCampaign.ts';
import { interruptedWork } from './interruptedWork.ts';
import { momentOf } from './momentOf.ts';

/** Options of clients that outlive any number of kills. */
const options: StreamOptions = {
  recoveryBackoffMs: 20,
  recoveryBackoffMaxMs: 200,
  recoveryRetries: Number.MAX_SAFE_INTEGER,
  flushTimeoutMs: 120_000,
  maxBatchBytes: 8000,
  maxInflightRecords: 20_000,
};

/** Kills and restarts a server while a group of clients sends. The clients begin while there is no server yet. */
export async function runKills(setting: CampaignSetting): Promise<readonly ClientGroup[]> {
  const { plan, dataDir, server, signal, hopeless, findings, onStep } = setting;
  const addresses = {
    endpoint: `http://127.0.0.1:${server.port}`,
    workspaceUrl: `http://127.0.0.1:${server.httpPort}`,
  };
  const clients = new ClientGroup({
    number: 0,
    addresses: () => addresses,
    bursts: plan.bursts,
    ending: 'complete',
    options: { ...options, signal: hopeless },
  });
  findings.runs += 1;
  // A start takes as long as the one before it.
  let startMs = 500;
  for (const kill of plan.kills) {
    if (signal.aborted || hopeless.aborted) {
      break;
    }
    const startedAt = performance.now();
    const isListening = await startUntilKill(server, kill, kill.at * startMs);
    if (isListening && kill.moment !== 'start') {
      startMs = performance.now() - startedAt;
      await momentOf(dataDir, kill, signal);
    }
    await server.end('SIGKILL');
    findings.faults += 1;
    const interrupted = await interruptedWork(dataDir);
    for (const work of isListening ? interrupted : ['starting', ...interrupted]) {
      findings.interrupted.set(work, (findings.interrupted.get(work) ?? 0) + 1);
    }
    onStep();
  }
  await server.start().listens;
  clients.endSources();
  await clients.ended;
  return [clients];
}

/** Starts the server. Returns whether it listens when the kill is due. */
async function startUntilKill(server: ChaosServer, { moment }: KillPlan, killAfterMs: number): Promise<boolean> {
  const listens = server.start().listens.then(
    () => true,
    () => false,
  );
  return moment === 'start' ? Promise.race([listens, wait(killAfterMs, false)]) : listens;
}
