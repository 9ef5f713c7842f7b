// Whether a Postfix that was started is up and configured as meant, and if not, why: in the words of
// its own log.
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '../target.ts';
import { askPostfix } from './ask.ts';
import type { Ground } from './ground.ts';
import type { Layout } from './layout.ts';
import { LogTally } from './log.ts';
import { placeOf } from './place.ts';
import { JUDGED, type Said, talk, until } from './probe.ts';
import { refused } from './refused.ts';
import { parseServices } from './services.ts';
import { listeners } from './sockets.ts';
import { takenPort } from './taken-ports.ts';
import { waysOf } from './whereabouts.ts';

/** How long a Postfix may take to greet; it takes some 50 ms on an idle machine. */
const START_DEADLINE_MS = 15_000;

/** How long the reason of a refusal may take to reach the log. */
const REASON_DEADLINE_MS = 3000;

/** How long our message may take to its end; a delivery takes some 30 ms on an idle machine. */
const MESSAGE_DEADLINE_MS = 1000;

/** Relaying is denied, and nobody is asked: what is asked is remembered. */
const ELSEWHERE = 'somebody@probe.invalid';

/** Returns the log's length after a complete session of ours, and after all that came of its message. */
export async function awaitService(
  site: Site,
  layout: Layout,
  ground: Ground,
  master: ChildProcess,
): Promise<number> {
  let greeted = 0;
  const said = await until(START_DEADLINE_MS, 20, async () => {
    const error =
      readLog(layout).fatal ?? (master.exitCode === null ? undefined : await lastWords(layout));
    if (error !== undefined) throw refused(error);
    const now = await lookAt(site, ground);
    if (now.replies.length > 0) greeted += 1;
    return now.replies.length >= JUDGED ? now : undefined;
  });
  if (said === undefined) {
    throw refused(readLog(layout).firstWarning ?? `no greeting in ${START_DEADLINE_MS / 1000} s`);
  }
  // 4.3.x speaks of the server itself: a table that cannot be read, a setting that makes no sense.
  const broken = said.replies.find((reply) => /^4\d\d 4\.3\./.test(reply));
  if (broken !== undefined) {
    // The log is written by a process of its own, and its reason comes after the reply.
    const reason = await until(REASON_DEADLINE_MS, 20, () => readLog(layout).firstWarning);
    throw refused(reason ?? broken);
  }
  const told = (sessions: number) => (endsIn(layout) >= sessions ? true : undefined);
  if (!(await until(START_DEADLINE_MS, 10, () => told(1)))) {
    throw refused('its log does not tell of our first session');
  }
  // Those that were given up as well; a machine that is very busy may lose a line.
  await until(REASON_DEADLINE_MS, 10, () => told(greeted));
  if (said.tookMessage) await followMessage(layout, ground);
  return wholeLines(layout);
}

function lookAt(site: Site, { port }: Ground): Promise<Said> {
  const { address, asksNext, handsOn } = placeOf(site);
  const proxied = site.client === 'proxy-v1' || site.client === 'proxy-v2';
  // An accepted recipient first: it wakes the programs that receive a message.
  const mailbox = site.recipients.slice(0, 1);
  return talk(
    { host: address, port, proxied },
    {
      recipients: asksNext ? [ELSEWHERE] : [...mailbox, site.victim],
      // The server behind has been looked at already, and would count what comes now.
      sendsMessage: !handsOn && mailbox.length > 0,
    },
  );
}

/** The log is written by a process of its own, later than the client sees the session's end. */
function endsIn(layout: Layout): number {
  // Not a filter's that hands our message back.
  const ends = readIfThere(layout.log).matchAll(/: disconnect from (?!\S*\[127\.0\.0\.1\]).*\n/g);
  return [...ends].length;
}

/** @throws UserError for a program on its way that cannot work. */
async function followMessage(layout: Layout, ground: Ground): Promise<void> {
  const find = () => {
    const { fatal, lacking } = readLog(layout);
    // What cannot be opened may be fatal to whom asks it.
    return lacking ?? fatal;
  };
  await until(
    MESSAGE_DEADLINE_MS,
    5,
    () => find() ?? (waysOf(readIfThere(layout.log)).under.size === 0 ? '' : undefined),
  );
  const error = find();
  if (error !== undefined) throw refused(error);
  const { under, waiting } = waysOf(readIfThere(layout.log));
  if (under.size + waiting.size > 0) await askPostfix(ground.command('postsuper', ['-d', 'ALL']));
}

/** What a fresh instance has logged so far; its file comes with the first line. */
function readLog(layout: Layout): LogTally {
  const tally = new LogTally();
  for (const line of readIfThere(layout.log).split('\n')) tally.line(line);
  return tally;
}

function wholeLines(layout: Layout): number {
  return readIfThere(layout.log).lastIndexOf('\n') + 1;
}

async function lastWords(layout: Layout): Promise<string> {
  const said = readIfThere(join(layout.directory, 'stderr')).trim();
  if (said !== '') return said;
  const services = parseServices(readIfThere(join(layout.conf, 'master.cf')));
  return takenPort(services, await listeners()) ?? 'its master process ended without a word';
}

/** One character a byte, as what the log is counted by. */
function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return '';
  }
}
