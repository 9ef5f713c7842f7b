// Samples as people read them: who speaks, the dialogue with `C:` and `S:`, and the message.
import { wrapText } from '../../actors/filler-text.ts';
import { escapeTerminal } from '../../report/escape.ts';
import { formatBytes, formatCount, formatLength, formatShare } from '../../report/format.ts';
import { describeRate } from '../../scenario/describe-rate.ts';
import type { Turn } from './dialogue.ts';
import { clip, leftOut, messageLines } from './excerpt.ts';
import { type Fact, factsOf } from './facts.ts';
import { messageOf, type Sample, type Speaker, type Step, type Way } from './sample.ts';
import type { Heard } from './usual-server.ts';

const COLUMNS = 80;
const DOUBLE_RULE = '═'.repeat(COLUMNS);
const NAME_WIDTH = 9;
/** Recipients that are shown one by one; of more the last follows. */
const RECIPIENTS = 4;

/** `notes`: sentences of their own, below the actor's. */
export function renderActor(
  { planned }: Speaker,
  ways: readonly Way[],
  notes: readonly string[] = [],
): string {
  const { actor, fromMs, toMs } = planned;
  const { concurrency, patienceMs, bannerPatienceMs = patienceMs } = actor;
  const patience =
    bannerPatienceMs === patienceMs
      ? `${seconds(patienceMs)} for each reply`
      : `${seconds(bannerPatienceMs)} for the banner, ${seconds(patienceMs)} for each other reply`;
  const lines = [
    `${actor.name} (${actor.kind}), ${describeRate(actor.rate)}`,
    DOUBLE_RULE,
    `From ${seconds(fromMs)} to ${seconds(toMs)} of a run, ${formatCount(concurrency)} sessions in flight at most, waits ${patience}.`,
    ...(ways.length > 1
      ? [
          `Its ways of speaking: ${ways.map(({ label, share }) => `${label} ${formatShare(share)}`).join(', ')}.`,
        ]
      : []),
    ...(ways.length === 0 ? ['At this rate no session of it is planned.'] : []),
    ...notes,
  ];
  return `${lines.flatMap((line) => wrapText(line, COLUMNS)).join('\n')}\n`;
}

function seconds(ms: number): string {
  return formatLength(ms / 1000);
}

export function renderSample(speaker: Speaker, way: Way, sample: Sample, full: boolean): string {
  const { name } = speaker.planned.actor;
  const title = way.label === '' ? name : `${name}, ${way.label}`;
  const several = sample.steps.length > 1;
  return [
    rule(`${title}: session ${formatCount(sample.session.index + 1)}`),
    ...factsOf(speaker, sample).flatMap(factLines),
    ...sample.steps.flatMap((step, i) => [
      '',
      ...(several ? [stepTitle(sample.steps, i), ''] : []),
      ...dialogueLines(step.dialogue.turns, full),
      ...messageBlock(step, full),
    ]),
    '',
  ].join('\n');
}

function rule(title: string): string {
  return clip(`── ${title} `.padEnd(COLUMNS, '─'), false);
}

function factLines([name, value]: Fact): string[] {
  const indent = ' '.repeat(NAME_WIDTH);
  const [first = '', ...rest] = wrapText(value, COLUMNS - NAME_WIDTH);
  return [name.padEnd(NAME_WIDTH) + first, ...rest.map((line) => indent + line)];
}

/** Why the step before it is followed by it. */
function stepTitle(steps: readonly Step[], i: number): string {
  const before = steps[i - 1]?.dialogue.state;
  const because = before === undefined ? '' : `, since the one before was ${before}`;
  return `Connection ${i + 1} of ${steps.length}${because}:`;
}

function dialogueLines(turns: readonly Turn[], full: boolean): string[] {
  const recipients = turns.filter((turn) => turn.by === 'client' && isRecipient(turn.heard)).length;
  const lines: string[] = [];
  let seen = { client: 0, server: 0, nobody: 0 };
  for (const turn of turns) {
    if (isRecipient(heardIn(turn))) seen = { ...seen, [turn.by]: seen[turn.by] + 1 };
    const place = isRecipient(heardIn(turn)) ? seen[turn.by] : 0;
    const hidden = !full && recipients > RECIPIENTS + 2 && place > RECIPIENTS && place < recipients;
    const mark = leftOut(recipients - RECIPIENTS - 1, 'recipients');
    if (!hidden) lines.push(...turnLines(turn).map((line) => clip(line, full)));
    else if (lines.at(-1) !== mark) lines.push(mark);
  }
  return lines;
}

function heardIn(turn: Turn): Heard | undefined {
  if (turn.by === 'client') return turn.heard;
  return turn.by === 'server' ? turn.to : undefined;
}

function isRecipient(heard: Heard | undefined): boolean {
  return heard !== undefined && 'line' in heard && /^RCPT /i.test(heard.line);
}

function turnLines(turn: Turn): string[] {
  switch (turn.by) {
    case 'server':
      return turn.lines.map((line) => `S: ${line}`);
    case 'nobody':
      return [`   [${turn.event}]`];
    default:
      return clientLines(turn.heard);
  }
}

function clientLines(heard: Heard): string[] {
  if ('line' in heard) return [`C: ${escapeTerminal(heard.line)}`];
  const { message, by } = heard;
  const size = `${formatCount(lineCount(message))} lines, ${formatBytes(message.length)}`;
  const placeholder = message.length === 0 ? 'an empty message' : `the message below: ${size}`;
  return [`C: [${placeholder}]`, ...(by === 'DATA' ? ['C: .'] : [])];
}

function lineCount(message: Buffer): number {
  return message.toString('latin1').split('\r\n').length - 1;
}

function messageBlock(step: Step, full: boolean): string[] {
  const message = messageOf(step);
  if (message === undefined || message.length === 0) return [];
  return ['', rule('the message'), ...messageLines(message, full)];
}
