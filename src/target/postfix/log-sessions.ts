// Sessions and refusals as the mail log tells them: of smtpd, and of postscreen in front of it. Pure.
import { queueIdOf } from './log-line.ts';

/** What the target decided about clients before or beside any recipient; counts since the start. */
export interface Verdicts {
  /** Connections that one client had too many of, or too many in a minute (anvil). */
  readonly refusedConcurrent: number;
  readonly refusedRate: number;
  /** postscreen: spoke before its turn, stands on block lists, left during the tests. */
  readonly pregreets: number;
  readonly listed: number;
  readonly hangups: number;
  /** postscreen: let through, after the tests and from its memory. */
  readonly passedNew: number;
  readonly passedOld: number;
  /** Sessions that smtpd ended for their errors. */
  readonly tooManyErrors: number;
}

/** Without a queue id and in small letters where postscreen's own queue is full. */
const REJECT =
  /^(?:\w+: )?(?:proxy-|milter-)?reject: ([A-Za-z-]+)(?: from \S+)?: (?:(\d{3})[ -])?(.*)$/;
/** The client left, or Postfix lost its patience with it, before it had said a whole command. */
const SILENT = /^(?:lost connection|timeout) after CONNECT /;
/** No client of ours: a filter that hands a message back. */
const INNER = '[127.0.0.1]';
/** postscreen's and smtpd's way to turn a connection away at the greeting. */
const CROWDED = '421';

/** Told without a reply: postscreen has more connections in its tests than it may. */
const FULL = 'postscreen is full';

/** Why, by the words of the reply; the first that fits. */
const CAUSES: readonly (readonly [string, RegExp])[] = [
  ['unknown recipient', /: (?:User unknown|undeliverable address)/],
  ['no relaying', /Relay access denied/],
  ['block list', /blocked using/],
  ['greylist', /grey-?list/i],
  ['SPF', /\bSPF\b/],
  ['protocol error', /Protocol error/],
  ['come again after the tests', /Service currently unavailable/],
  ['sender without a domain', /Sender address rejected: Domain not found/],
  ['sender', /Sender address rejected/],
  ['client', /Client host rejected|cannot find your (?:reverse )?hostname/],
  ['greeting', /Helo command rejected/],
  ['recipient rule', /Recipient address rejected/],
  ['too large', /Message size exceeds/],
  [FULL, /all screening ports busy/],
  ['crowded', /too many connections|all server ports busy/],
];

interface Suspect {
  /** It spoke before its turn. */
  readonly early: boolean;
  heard: boolean;
}

export class SessionTally {
  sessions = 0;
  silent = 0;
  /** To RCPT, by code. */
  readonly rejects: Record<string, number> = {};
  /** Negative replies by stage and code: `MAIL 552`. RCPT's stand in `rejects`. */
  readonly stageRejects: Record<string, number> = {};
  readonly causes: Record<string, number> = {};
  readonly verdicts: { -readonly [K in keyof Verdicts]: number } = {
    refusedConcurrent: 0,
    refusedRate: 0,
    pregreets: 0,
    listed: 0,
    hangups: 0,
    passedNew: 0,
    passedOld: 0,
    tooManyErrors: 0,
  };
  /** Connections that postscreen found fault with, until they end. */
  readonly #suspects = new Map<string, Suspect>();
  #screened = false;

  /** Queue ids of messages that come in by SMTP are told to `onQueued`. */
  smtpd(text: string, onQueued: (id: string) => void): void {
    if (text.startsWith('connect from ')) {
      // Behind postscreen the session was counted when it came.
      if (!this.#screened && !text.includes(INNER)) this.sessions += 1;
    } else if (SILENT.test(text)) this.silent += text.includes(INNER) ? 0 : 1;
    else if (text.startsWith('too many errors after ')) this.verdicts.tooManyErrors += 1;
    else if (text.includes('reject: ')) this.#reject(text);
    else {
      const id = queueIdOf(text);
      if (id !== undefined && isIncoming(text)) onQueued(id);
    }
  }

  /** A warning of smtpd; true when it is a verdict and no news about the server. */
  warning(text: string): boolean {
    const limit = /^warning: Connection (concurrency|rate) limit exceeded: /.exec(text)?.[1];
    if (limit === 'concurrency') this.verdicts.refusedConcurrent += 1;
    if (limit === 'rate') this.verdicts.refusedRate += 1;
    if (limit !== undefined) {
      this.refused('CONNECT', CROWDED, 'client limit');
      this.silent += 1;
    }
    // The client left before its PROXY header: nobody was greeted. Logged as no lost connection.
    const headless = text === 'warning: haproxy read: EOF';
    if (headless) this.silent += 1;
    return limit !== undefined || headless;
  }

  postscreen(text: string): void {
    const word = text.slice(0, text.indexOf(' '));
    switch (word) {
      case 'CONNECT':
        this.#screened = true;
        this.sessions += 1;
        return;
      case 'PREGREET':
        this.verdicts.pregreets += 1;
        return this.#suspect(text, true);
      case 'DNSBL':
        this.verdicts.listed += 1;
        return this.#suspect(text, false);
      case 'DISCONNECT':
        return this.#disconnected(clientOf(text));
      case 'HANGUP':
        this.verdicts.hangups += 1;
        // In the tests before the handshake nobody was greeted, and who kept quiet said nothing.
        if (text.endsWith('before SMTP handshake') && !this.#hear(text)?.early) this.silent += 1;
        return;
      case 'PASS':
        if (text.startsWith('PASS NEW')) this.verdicts.passedNew += 1;
        else this.verdicts.passedOld += 1;
        return;
      default:
        this.#hear(text);
        if (text.includes('reject: ')) this.#reject(text);
    }
  }

  *warnings(): Generator<string> {
    const { [FULL]: full = 0 } = this.causes;
    if (full === 0) return;
    yield `postscreen had no room for ${full} connections, real mail's among them or not, and told them to come again (postscreen_pre_queue_limit)`;
  }

  #suspect(text: string, early: boolean): void {
    const client = clientOf(text);
    const known = this.#suspects.get(client);
    this.#suspects.set(client, { early: early || known?.early === true, heard: false });
  }

  /** The connection went on after it had been found fault with. */
  #hear(text: string): Suspect | undefined {
    const suspect = this.#suspects.size > 0 ? this.#suspects.get(clientOf(text)) : undefined;
    if (suspect) suspect.heard = true;
    return suspect;
  }

  /** Where nothing came between verdict and end, the action was to drop: 521 in place of a greeting. */
  #disconnected(client: string): void {
    const suspect = this.#suspects.get(client);
    this.#suspects.delete(client);
    if (!suspect || suspect.heard) return;
    this.silent += 1;
    this.refused('CONNECT', '521', suspect.early ? 'spoke too early' : 'block list');
  }

  #reject(text: string): void {
    const [, verb, code, words] = REJECT.exec(text) ?? [];
    if (verb === undefined || words === undefined) return;
    const stage = verb.toUpperCase();
    const cause = CAUSES.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';
    // postscreen's connections beyond its limits are told without the reply's code.
    if (code === undefined && stage === 'CONNECT') this.silent += 1;
    if (code !== undefined || stage === 'CONNECT') this.refused(stage, code ?? CROWDED, cause);
  }

  /** One negative reply. */
  refused(stage: string, code: string, cause: string): void {
    if (stage === 'RCPT') this.rejects[code] = (this.rejects[code] ?? 0) + 1;
    else {
      const key = `${stage} ${code}`;
      this.stageRejects[key] = (this.stageRejects[key] ?? 0) + 1;
    }
    this.causes[cause] = (this.causes[cause] ?? 0) + 1;
  }
}

/** `client=…`, and not of a message that came in before and is handed back by a filter. */
function isIncoming(text: string): boolean {
  return text.includes(': client=') && !/, orig_queue_id=(?!NOQUEUE)/.test(text);
}

/** `[10.1.2.3]:4567`, which tells connections apart. */
function clientOf(text: string): string {
  return /\[[0-9a-fA-F.:]+\]:\d+/.exec(text)?.[0] ?? '';
}
