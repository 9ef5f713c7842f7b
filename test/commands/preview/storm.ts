// A scenario with a sender of every kind, and one of its actors ready to be asked.
import { makeSpeaker, type Speaker } from '../../../src/commands/preview/sample.ts';
import { makePlan } from '../../../src/plan/plan.ts';
import { parseScenario } from '../../../src/scenario/parse.ts';

const STORM = {
  name: 'storm',
  summary: 'For tests.',
  seed: 5,
  clock: { compress: 600 },
  phases: { warmup: '1s', calm: '3s', storm: '8s', recovery: '2s', drain: '3s' },
  world: { sources: 5000, roundTrip: { median: '30ms', p99: '150ms' } },
  actors: {
    legit: { kind: 'legit', rate: '25/s', lists: '10%', bounces: '10%' },
    bouncers: { kind: 'bouncer', rate: '40/s', dialects: { postfix: 3, qmail: 1 } },
    callouts: { kind: 'callout', rate: '30/s', random: '30%', postmaster: '50%' },
    bots: { kind: 'bot', rate: '30/s', garbage: '10%' },
    harvesters: { kind: 'harvester', rate: '5/s' },
    vacation: { kind: 'vacation', rate: '20/s' },
    slow: { kind: 'slow-client', rate: '2/s', every: '300ms' },
  },
  target: { kind: 'embedded', tuning: {} },
};
export const ACTORS = Object.keys(STORM.actors);

export function speakerOf(name: string): Promise<Speaker> {
  // YAML reads JSON.
  const plan = makePlan(parseScenario(JSON.stringify(STORM), 'storm.yaml'));
  const planned = plan.actors.find(({ actor }) => actor.name === name);
  if (!planned) throw new Error(`nobody is named ${name}`);
  return makeSpeaker(plan, planned, { network: 'loopback', told: undefined });
}
