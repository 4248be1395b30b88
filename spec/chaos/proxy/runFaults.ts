import type { StreamOptions } from '../../../lib/stream/streamOptions.ts';
import { ClientGroup } from '../clients/clientGroup.ts';
import type { RunPlan } from '../plan.ts';
import type { CampaignSetting } from '../runCampaign.ts';
import { FaultyProxy } from './faultyProxy.ts';

/** Options of clients that notice each fault soon. */
const options: StreamOptions = {
  recoveryTimeoutMs: 700,
  serverLackOfAckTimeoutMs: 700,
  recoveryBackoffMs: 10,
  recoveryBackoffMaxMs: 50,
  recoveryRetries: Number.MAX_SAFE_INTEGER,
  flushTimeoutMs: 120_000,
  maxBatchBytes: 4000,
  maxInflightRecords: 5000,
};

/** Runs one group of clients after another, each through proxies of its own, to a server that stays up. */
export async function runFaults(setting: CampaignSetting): Promise<readonly ClientGroup[]> {
  const { plan, server, signal, hopeless, findings, onStep } = setting;
  await server.start().listens;
  const groups: ClientGroup[] = [];
  for (const run of plan.runs) {
    if (signal.aborted || hopeless.aborted) {
      break;
    }
    groups.push(await runOnce(setting, run, groups.length));
    findings.runs += 1;
    onStep();
  }
  return groups;
}

async function runOnce(setting: CampaignSetting, run: RunPlan, number: number): Promise<ClientGroup> {
  const { server, hopeless, findings } = setting;
  const abortion = new AbortController();
  const timer = run.ending === 'abort' ? setTimeout(() => abortion.abort(), run.abortAfterMs) : undefined;
  const tokenProxy = await FaultyProxy.start(server.httpPort, run.tokenFaults);
  const own = await Promise.all(run.faults.map((faults) => FaultyProxy.start(server.port, faults)));
  const proxies = [tokenProxy, ...own];
  const clients = new ClientGroup({
    number,
    addresses: (index) => ({ endpoint: own[index]?.url ?? '', workspaceUrl: tokenProxy.url }),
    bursts: run.bursts,
    rows: run.rows,
    ending: run.ending,
    options: { ...options, recovery: run.ending !== 'giveUp', signal: AbortSignal.any([abortion.signal, hopeless]) },
  });
  await clients.ended;
  clearTimeout(timer);
  findings.faults += proxies.reduce((sum, { struck }) => sum + struck, 0);
  await Promise.all(proxies.map((proxy) => proxy.close()));
  return clients;
}
