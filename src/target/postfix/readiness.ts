// Whether a Postfix that was started is up and configured as meant, and if not, why: in the words of
// its own log.
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT, UserError } from '../../errors.ts';
import type { Site } from '../target.ts';
import type { Layout } from './layout.ts';
import { LogTally } from './log.ts';
import { placeOf } from './place.ts';
import { JUDGED, talk, until } from './probe.ts';

/** How long a Postfix may take to greet; it takes some 50 ms on an idle machine. */
const START_DEADLINE_MS = 15_000;

/** How long the reason of a refusal may take to reach the log. */
const REASON_DEADLINE_MS = 3000;

/** Relaying is denied, and nobody is asked: what is asked is remembered. */
const ELSEWHERE = 'somebody@probe.invalid';

/** Returns the log's length after a complete session of ours. */
export async function awaitService(
  site: Site,
  layout: Layout,
  port: number,
  master: ChildProcess,
): Promise<number> {
  // An accepted recipient first: it wakes the programs that receive a message.
  const { address, asksNext } = placeOf(site);
  const asked = asksNext ? [ELSEWHERE] : [...site.recipients.slice(0, 1), site.victim];
  const proxied = site.client === 'proxy-v1' || site.client === 'proxy-v2';
  let greeted = 0;
  const replies = await until(START_DEADLINE_MS, 20, async () => {
    const error = readLog(layout).fatal ?? (master.exitCode === null ? undefined : output(layout));
    if (error !== undefined) throw refused(error);
    const said = await talk(address, port, asked, proxied);
    if (said.length > 0) greeted += 1;
    return said.length >= JUDGED ? said : undefined;
  });
  if (replies === undefined) {
    throw refused(readLog(layout).firstWarning ?? `no greeting in ${START_DEADLINE_MS / 1000} s`);
  }
  // 4.3.x speaks of the server itself: a table that cannot be read, a setting that makes no sense.
  const broken = replies.find((reply) => /^4\d\d 4\.3\./.test(reply));
  if (broken !== undefined) {
    // The log is written by a process of its own, and its reason comes after the reply.
    const reason = await until(REASON_DEADLINE_MS, 20, () => readLog(layout).firstWarning);
    throw refused(reason ?? broken);
  }
  const end = await until(START_DEADLINE_MS, 10, () => endOfSessions(layout, greeted));
  if (end === undefined) throw refused('its log does not tell of our first session');
  return end;
}

/** The log is written by a process of its own, later than the client sees the session's end. */
function endOfSessions(layout: Layout, count: number): number | undefined {
  const ends = [...readIfThere(layout.log).matchAll(/: disconnect from .*\n/gi)];
  const last = ends.at(-1);
  return last === undefined || ends.length < count ? undefined : last.index + last[0].length;
}

/** What a fresh instance has logged so far; its file comes with the first line. */
function readLog(layout: Layout): LogTally {
  const tally = new LogTally();
  for (const line of readIfThere(layout.log).split('\n')) tally.line(line);
  return tally;
}

function output(layout: Layout): string {
  return readIfThere(join(layout.directory, 'stderr')).trim() || 'its master process ended';
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

export const REFUSED = 'Postfix does not start';

/** The error of an instance that does not come up. */
export function refused(quoted: string, cause?: unknown): UserError {
  return new UserError(`${REFUSED}: ${quoted}`, {
    exitCode: EXIT.environment,
    hint: "Check the scenario's raw postfix: settings first; without them this is a fault of the installation.",
    cause,
  });
}
