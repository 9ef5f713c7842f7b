// Plays one variant once: starts target and sink, lets the load run, samples, stops and makes the run.
import type { Material } from '../../actors/actor.ts';
import { roamingHosts } from '../../actors/roaming.ts';
import { nowMs } from '../../clock.ts';
import { Crew } from '../../engine/crew.ts';
import { type LoadEnd, type RunningLoad, startLoad } from '../../engine/engine.ts';
import { UserError } from '../../errors.ts';
import { LABORATORY } from '../../guard/guard.ts';
import { makeMailboxes } from '../../plan/mailboxes.ts';
import { type Plan, phaseAt } from '../../plan/plan.ts';
import { Recorder } from '../../record/recorder.ts';
import type { RunningTarget, Site, Target, TargetTotals } from '../../target/target.ts';
import type { Delivery } from '../../world/delivery.ts';
import { isLackOfDescriptors } from '../../world/descriptors.ts';
import { zoneFacts } from '../../world/names/facts.ts';
import { type Sink, startSink } from '../../world/sink.ts';
import type { Course, Play, Played } from './course.ts';
import type { Interrupt } from './interrupt.ts';
import { connectionNetwork } from './limits.ts';
import { readCpuTicks } from './machine.ts';
import { makeRun, measureGenerator, partialRun } from './make-run.ts';
import { Ration } from './ration.ts';

const SAMPLE_MS = 1000;
/**
 * How much of this thread the partial results may take, which is taken from the server under test: made
 * anew from everything measured so far, one took 25 ms after a minute and 0.9 s after eight hours.
 */
const PARTIAL_SHARE = 0.02;
const VIEW_MS = 250;
/** How long accepted mail may take to reach the sink once all sessions are over. */
const SETTLE_MS = 3000;
const SMTP_PORT = 25;

export async function playVariant(play: Play): Promise<Played> {
  const opening = sinkFor(play);
  // They load their program while the target starts, but not before it can.
  const hiring = Promise.allSettled([opening, play.names]).then(() => new Crew(play.workers));
  let running: RunningTarget | undefined;
  try {
    const site = await siteOf(play, opening);
    running = stopOnce(await startIn(play.target, site));
    const [sink, names, crew] = await Promise.all([opening, play.names, hiring]);
    play.onTraps(running.traps ?? []);
    return await playOn(play, await play.materials, { running, sink, crew, names });
  } finally {
    await (await hiring).dismiss();
    // After a good run both have been stopped already, and this does nothing.
    await running?.stop();
    await opening.then(
      (sink) => sink?.stop(),
      () => undefined,
    );
  }
}

/**
 * It knows the domain's mailboxes, as a server behind a relay does: what a target takes for others it then
 * has to bounce.
 */
async function sinkFor(play: Play): Promise<Sink | undefined> {
  const { kind } = play.target;
  if (kind === 'external') return undefined;
  const { domain } = play.scenario.world;
  const store = { domain, mailboxes: recipientsOf(play) };
  if (kind !== 'postfix') return startSink('127.0.0.1', 0, store);
  // The mail server of all other domains as well, where mail by MX finds it.
  return startSink(LABORATORY.sink, SMTP_PORT, store);
}

/** What is wrong with its surroundings is no fault of the target's. */
async function startIn(target: Target, site: Site): Promise<RunningTarget> {
  try {
    return await target.start(site);
  } catch (cause) {
    await site.surroundings;
    throw cause;
  }
}

function stopOnce(target: RunningTarget): RunningTarget {
  let stopped: Promise<TargetTotals> | undefined;
  return {
    ...target,
    stop: () => {
      stopped ??= target.stop();
      return stopped;
    },
  };
}

interface Parts {
  readonly running: RunningTarget;
  readonly sink: Sink | undefined;
  readonly crew: Crew;
  readonly names: Course['names'];
}

async function playOn(
  play: Play,
  materials: readonly Material[],
  { running, sink, crew, names }: Parts,
): Promise<Played> {
  const recorder = new Recorder(play.plan, sink !== undefined);
  sink?.onDelivery((batch) => {
    for (const delivery of batch) arrive(recorder, delivery);
  });
  const course: Course = {
    play,
    recorder,
    running,
    names,
    askedBefore: names?.counts(),
    died: undefined,
    unwritable: undefined,
    usage: undefined,
  };
  const load = openLoad(course, materials, crew);
  void running.died.then((sentence) => {
    course.died = sentence;
    load.stop();
  });
  const deaf = listenToInterrupts(play.interrupt, load);
  const stopWatching = watch(course, load);
  let end: LoadEnd;
  let horizonMs: number;
  let totals: TargetTotals;
  try {
    end = await load.done;
    if (course.unwritable) throw course.unwritable.cause;
    const measured = measureGenerator(course);
    // The last piece of the load is measured up to here, not up to the target's stop.
    sample(course);
    stopWatching();
    play.onMoment({ step: 'stopping', elapsed: scheduleS(play.plan), recorder });
    if (sink && play.interrupt.level < 2 && !course.died) await settle(recorder);
    horizonMs = recorder.sinceStart(nowMs());
    totals = await running.stop();
    await sink?.stop();
    stopWatching();
    return makeRun(course, { end, horizonMs, totals, measured });
  } finally {
    stopWatching();
    deaf();
  }
}

function arrive(recorder: Recorder, delivery: Delivery): void {
  const { kind, id, atMs, recipients, bounce, sample } = delivery;
  if (kind === 'legitimate' || kind === 'unsolicited') recorder.delivered(id, atMs, recipients);
  else {
    const facts = bounce && { failed: bounce.failed, isFair: bounce.about !== undefined };
    recorder.emitted({ kind, ...facts, ...(sample && { sample }) }, atMs);
  }
}

function recipientsOf({ plan, scenario: { world } }: Play): readonly string[] {
  const mailboxes = makeMailboxes(plan.seed, world.mailboxes, world.domain);
  return world.victimExists
    ? [...mailboxes, world.victim]
    : mailboxes.filter((mailbox) => mailbox !== world.victim);
}

async function siteOf(play: Play, opening: Promise<Sink | undefined>): Promise<Site> {
  const { variant, scenario } = play;
  const { world } = scenario;
  const surroundings = Promise.all([opening, play.names]);
  // In the laboratory its place is known, and a server that starts there waits for both itself.
  const inLaboratory = play.target.kind === 'postfix';
  const [sink] = inLaboratory ? [{ host: LABORATORY.sink, port: SMTP_PORT }] : await surroundings;
  surroundings.catch(() => undefined);
  return {
    tuning: variant.tuning,
    domain: world.domain,
    victim: world.victim,
    recipients: recipientsOf(play),
    compress: scenario.compress,
    client: scenario.target.client,
    sink: { host: sink?.host ?? '127.0.0.1', port: sink?.port ?? 0 },
    names: zoneFacts(play.plan, roamingHosts(play.plan)),
    ...(inLaboratory && { surroundings }),
  };
}

function openLoad(course: Course, materials: readonly Material[], crew: Crew): RunningLoad {
  const { play, recorder, running } = course;
  const { spfRecord } = play.variant.tuning;
  return startLoad(
    {
      plan: play.plan,
      materials,
      target: running.address,
      network: connectionNetwork(play.network, play.scenario.target, running.address.host),
      client: play.scenario.target.client,
      spfRecord: spfRecord === 'off' ? undefined : spfRecord,
      workers: play.workers,
    },
    {
      onStart: (startMs) => {
        recorder.begin(startMs);
        course.usage = { atMs: startMs, cpu: process.cpuUsage(), ticks: readCpuTicks() };
        sample(course);
      },
      onOutcomes: (batch) => recorder.outcomes(batch),
      onFaults: (faults) => recorder.failedHere(faults),
      onProgress: (p) => recorder.progress(p.worker, p.started, p.lagMaxMs, p.inFlight, nowMs()),
    },
    crew,
  );
}

function listenToInterrupts(interrupt: Interrupt, load: RunningLoad): () => void {
  const onLevel = (level: number): void => {
    if (level === 1) load.stop();
    else void load.abort();
  };
  if (interrupt.level > 0) onLevel(interrupt.level);
  return interrupt.listen(onLevel);
}

/** Samples the target each second and shows where the run stands. Answers how to stop. */
function watch(course: Course, load: RunningLoad): () => void {
  const { play, recorder } = course;
  const partials = new Ration(PARTIAL_SHARE, nowMs);
  const seconds = setInterval(() => {
    if (!course.usage) return;
    sample(course);
    try {
      partials.spend(() => play.onPartial(partialRun(course)));
    } catch (cause) {
      // The next second tries again; the end of the run has its descriptors back.
      if (cause instanceof UserError && isLackOfDescriptors(cause.cause)) return;
      // Thrown out of a timer it would end the program at once, and clean up nothing.
      course.unwritable = { cause };
      void load.abort();
    }
  }, SAMPLE_MS);
  const frames = setInterval(() => {
    const elapsedMs = course.usage ? recorder.sinceStart(nowMs()) : 0;
    const { endMs } = play.plan.spans;
    const step = !course.usage
      ? 'starting'
      : elapsedMs < endMs && play.interrupt.level === 0
        ? phaseAt(play.plan.spans, elapsedMs)
        : 'draining';
    play.onMoment({ step, elapsed: Math.min(elapsedMs, endMs) / 1000, recorder });
  }, VIEW_MS);
  return () => {
    clearInterval(seconds);
    clearInterval(frames);
  };
}

/** One look at a time: a target too busy to answer within the second is asked again later. */
const beingAsked = new WeakSet<RunningTarget>();

/** The middle of question and answer is the best guess at the moment that was read. */
function sample({ recorder, running }: Course): void {
  if (beingAsked.has(running)) return;
  beingAsked.add(running);
  const askedMs = nowMs();
  void running
    .sample()
    .then((s) => recorder.sampled(s, (askedMs + nowMs()) / 2))
    // A target that dies between two samples is told by `died`.
    .catch(() => undefined)
    .finally(() => beingAsked.delete(running));
}

/** Waits until every accepted message has arrived, or long enough. */
async function settle(recorder: Recorder): Promise<void> {
  const until = nowMs() + SETTLE_MS;
  while (isAwaiting(recorder) && nowMs() < until)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

function isAwaiting({ ledger }: Recorder): boolean {
  for (const { accepted, deliveredMs } of ledger.all()) {
    if (accepted && deliveredMs === undefined) return true;
  }
  return false;
}

export function scheduleS(plan: Plan): number {
  return plan.spans.endMs / 1000;
}
