// `blowback preview <scenario> [actor]`: what its senders would say, without any traffic.
import { Command, InvalidArgumentError } from 'commander';
import { EXIT, UserError } from '../errors.ts';
import { makePlan, type PlannedActor } from '../plan/plan.ts';
import { plural } from '../report/format.ts';
import { loadScenario } from '../scenario/load.ts';
import type { Scenario } from '../scenario/scenario.ts';
import { suggest } from '../scenario/suggest.ts';
import { avertedLines } from './preview/averted.ts';
import { type Eml, emlsOf, writeEmls } from './preview/eml-files.ts';
import { sampleJson } from './preview/render-json.ts';
import { renderActor, renderSample } from './preview/render-text.ts';
import { makeSpeaker, type Speaker, takeSample, type Way, waysOf } from './preview/sample.ts';

interface Options {
  readonly set: readonly string[];
  readonly eml?: string;
  readonly count?: number;
  /** From 1. */
  readonly attempt?: number;
  readonly full?: true;
  readonly json?: true;
}

const EML_COUNT = 10;

export function previewCommand(): Command {
  return new Command('preview')
    .description('show what the senders of a scenario would say, without any traffic')
    .argument('<scenario>', 'a path, or the name of a built-in scenario')
    .argument('[actor]', 'only this actor')
    .option('--eml <dir>', 'write sample messages there, one file each')
    .option('--count <n>', 'samples of each dialect or system (default: 1, files: 10)', count)
    .option('--attempt <n>', 'at this attempt: 2 is the first retry, or the next step', count)
    .option('--full', 'leave nothing out of long messages and dialogues')
    .option(
      '--set <path=value>',
      'override a value, as in world.sources=100; repeatable',
      append,
      [],
    )
    .option('--json', 'print the samples as JSON')
    .action(preview);
}

async function preview(name: string, actor: string | undefined, options: Options): Promise<void> {
  if (options.eml === '') throw new UserError('--eml names no folder', { exitCode: EXIT.usage });
  const scenario = loadScenario(name, { set: options.set });
  const plan = makePlan(scenario);
  const speakers: Speaker[] = [];
  for (const planned of chosen(plan.actors, actor)) {
    speakers.push(await makeSpeaker(plan, planned, siteOf(scenario)));
  }
  if (options.eml === undefined) show(speakers, options, scenario);
  else writeSamples(options.eml, speakers, options, scenario);
}

function chosen(
  actors: readonly PlannedActor[],
  name: string | undefined,
): readonly PlannedActor[] {
  if (name === undefined) return actors;
  const found = actors.filter(({ actor }) => actor.name === name);
  if (found.length > 0) return found;
  const names = actors.map(({ actor }) => actor.name);
  const guess = suggest(name, names);
  const ending = guess === undefined ? '' : `; did you mean "${guess}"?`;
  throw new UserError(`the scenario has no actor named "${name}"${ending}`, {
    exitCode: EXIT.usage,
    hint: `Its actors are ${names.join(', ')}.`,
  });
}

/** Where the senders of a run of the scenario would be. */
function siteOf({ target }: Scenario): Pick<Speaker, 'network' | 'told'> {
  // As engine/introduction.ts has it: who is told of addresses is told of the laboratory's.
  if (target.client !== 'address') return { network: 'laboratory', told: target.client };
  if (target.kind === 'postfix') return { network: 'laboratory', told: undefined };
  return { network: process.platform === 'linux' ? 'loopback' : 'single', told: undefined };
}

function show(
  speakers: readonly Speaker[],
  options: Options,
  { variants }: Pick<Scenario, 'variants'>,
): void {
  const attempt = options.attempt === undefined ? undefined : options.attempt - 1;
  const parts = speakers.map((speaker) => {
    const ways = waysOf(speaker);
    const samples = ways.flatMap((way) =>
      way.sessions
        .slice(0, options.count ?? 1)
        .map((session) => ({ way, sample: takeSample(speaker, session, attempt) })),
    );
    return { speaker, ways, samples };
  });
  if (options.json) {
    const samples = parts.flatMap(({ speaker, samples }) =>
      samples.map(({ way, sample }) => sampleJson(speaker, way, sample)),
    );
    console.log(JSON.stringify({ samples }, null, 2));
    return;
  }
  const full = options.full === true;
  const texts = parts.flatMap(({ speaker, ways, samples }) => [
    renderActor(speaker, ways, avertedLines(speaker.plan, speaker.planned, variants)),
    ...samples.map(({ way, sample }) => renderSample(speaker, way, sample, full)),
  ]);
  console.log(texts.join('\n').trimEnd());
}

function writeSamples(
  folder: string,
  speakers: readonly Speaker[],
  { count = EML_COUNT, attempt = 1 }: Options,
  { actors }: Scenario,
): void {
  const emls: Eml[] = [];
  const notes: string[] = [];
  for (const speaker of speakers) {
    const { name, kind } = speaker.planned.actor;
    const ways = waysOf(speaker);
    const found = ways.map((way) => ({ way, emls: emlsOf(speaker, way, count, attempt - 1) }));
    const own = found.flatMap((one) => one.emls);
    if (ways.length === 0) notes.push(`${name}: no session of it is planned`);
    else if (own.length === 0) notes.push(`${name}: no messages, a ${kind} sends none`);
    else notes.push(...found.flatMap((one) => noteFewer(name, one.way, one.emls.length, count)));
    emls.push(...own);
  }
  const names = actors.map(({ name }) => name);
  writeEmls(folder, emls, names);
  for (const note of notes) console.error(note);
  console.log(`${plural(emls.length, 'message')} in ${folder}`);
}

function noteFewer(name: string, { label }: Way, found: number, count: number): string[] {
  if (found === count) return [];
  const which = label === '' ? name : `${name}, ${label}`;
  return [`${which}: ${plural(found, 'different message')}, no more are planned`];
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 10_000) {
    throw new InvalidArgumentError('expected a whole number from 1 to 10000.');
  }
  return number;
}
