import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChaosServer } from './chaosServer.ts';
import type { ClientGroup } from './clients/clientGroup.ts';
import { type Findings, noFindings } from './findings.ts';
import { runKills } from './kills/runKills.ts';
import type { CampaignPlan } from './plan.ts';
import { runFaults } from './proxy/runFaults.ts';
import { readTables } from './tables/readTables.ts';

/** What the server says on stderr when it is asked to end. */
const farewell = /Closing after the last flush/;

/** A campaign that takes longer hangs. */
const LONGEST_MS = 15 * 60_000;

/** What a campaign works with. */
export interface CampaignSetting {
  readonly plan: CampaignPlan;
  readonly dataDir: string;
  readonly server: ChaosServer;
  /** Ends the campaign early. */
  readonly signal: AbortSignal;
  /** Aborts the clients, if they would never end. */
  readonly hopeless: AbortSignal;
  readonly findings: Findings;
  /** Called after each kill or run. */
  readonly onStep: () => void;
}

/**
 * Carries out a campaign: one server and its tables, whose rows are compared with the books of all clients in the end.
 *
 * @param signal ends the campaign early. What was done until then is checked, too.
 * @param onStep called after each kill or run
 */
export async function runCampaign(plan: CampaignPlan, signal: AbortSignal, onStep: () => void): Promise<Findings> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rxjs-zerobus-chaos-'));
  const findings = noFindings();
  const server = await ChaosServer.for(dataDir);
  const end = new AbortController();
  const hopeless = AbortSignal.any([end.signal, server.died, AbortSignal.timeout(LONGEST_MS)]);
  try {
    const setting: CampaignSetting = { plan, dataDir, server, signal, hopeless, findings, onStep };
    const groups = await (plan.kind === 'kills' ? runKills(setting) : runFaults(setting));
    hopeless.throwIfAborted();
    if (!(await server.end('SIGINT'))) {
      findings.problems.push('The server has not ended well after Ctrl-C.');
    }
    findings.problems.push(
      ...server.errors.filter((line) => !farewell.test(line)).map((line) => `The server says: ${line}`),
    );
    await compare(dataDir, groups, findings);
  } catch (error) {
    findings.problems.push(`${error instanceof Error ? error.message : error}: ${server.errors.join(' | ')}`);
  } finally {
    // Clients that an error has left behind would try to connect forever.
    end.abort();
    await server.end('SIGKILL');
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  }
  return { ...findings, problems: findings.problems.map((problem) => `${plan.kind} ${plan.number}: ${problem}`) };
}

async function compare(dataDir: string, groups: readonly ClientGroup[], findings: Findings): Promise<void> {
  const { numbers, problems } = await readTables(dataDir);
  findings.problems.push(...problems);
  findings.rows += numbers.length;
  const books = groups.flatMap((group) => group.books);
  for (const each of books) {
    each.compare(numbers, findings);
  }
  const strange = numbers.filter((number) => !books.some((each) => each.has(number)));
  if (strange.length > 0) {
    findings.surplus += strange.length;
    findings.problems.push(`${strange.length} rows were never sent, such as ${strange[0]}.`);
  }
}
