import { campaignKinds, drawCampaigns, killMoments } from './plan.ts';
import { faultKinds } from './proxy/connectionFault.ts';

describe('The plan of a chaos', () => {
  it('is the same for the same seed, and another one for another seed', () => {
    for (const kind of campaignKinds) {
      expect(drawCampaigns(kind, 30, 7)).toEqual(drawCampaigns(kind, 30, 7));
      expect(drawCampaigns(kind, 30, 8)).not.toEqual(drawCampaigns(kind, 30, 7));
    }
  });

  it('begins with the same campaigns if it is longer', () => {
    for (const kind of campaignKinds) {
      const short = drawCampaigns(kind, 50, 7);
      expect(drawCampaigns(kind, 200, 7).slice(0, short.length)).toEqual(short);
    }
  });

  it('has as many kills and runs as are asked for', () => {
    const countOf = (kind: (typeof campaignKinds)[number], part: 'kills' | 'runs'): number =>
      drawCampaigns(kind, 123, 7).reduce((sum, campaign) => sum + campaign[part].length, 0);
    expect(countOf('kills', 'kills')).toBe(123);
    expect(countOf('reset', 'runs')).toBe(123);
  });

  it('kills at every moment, and strikes with every fault', () => {
    const kills = drawCampaigns('kills', 200, 7).flatMap((campaign) => campaign.kills);
    expect(new Set(kills.map(({ moment }) => moment))).toEqual(new Set(killMoments));
    for (const kind of faultKinds) {
      const faults = drawCampaigns(kind, 20, 7).flatMap(({ runs }) => runs.flatMap((run) => run.faults.flat()));
      expect(new Set(faults.map((fault) => fault.kind))).toEqual(new Set([kind]));
      expect(new Set(faults.map((fault) => fault.direction)).size).toBe(2);
    }
  });
});
