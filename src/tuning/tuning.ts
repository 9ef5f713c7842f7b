// The portable settings of a mail server. A target translates them into its own configuration, or
// says which of them it cannot apply. An absent key means: as the target does it by default.
// The attack's settings are not the server's: they change what comes to it, and so hold for any target.

export interface Tuning {
  /** Sessions served at once; a session beyond them waits without a banner. */
  readonly workers?: number;
  /** Connections that may wait for a worker; beyond it a connection is refused. */
  readonly acceptQueue?: number;
  /** 5xx and 4xx replies in one session before the server hangs up with 421. */
  readonly errorLimit?: number | 'off';
  /** Answers the victim's address at once, before any other check of the recipient. */
  readonly victimRule?: 'off' | VictimRule;
  /** Refuses senders at RCPT, before the recipient is looked at: without a full domain, or null. */
  readonly senderRule?: 'off' | 'fqdn' | 'no-null';
  /** Where the valid recipients stand, and what a look-up costs. */
  readonly recipients?: 'catch-all' | RecipientTable;
  /** Whether the recipient is looked up before or after the other checks at RCPT. */
  readonly checkOrder?: 'recipient-first' | 'recipient-last';
  /** RFC 6647. Campaign time: compressed by `clock.compress`. */
  readonly greylist?: 'off' | Greylist;
  /** Content scanning at the end of DATA: CPU burnt and time waited per message. */
  readonly contentFilter?: 'off' | ContentFilter;
  /** Refuses what gives itself away as a bot before it reaches a worker. */
  readonly botFilter?: 'off' | BotFilter;
  /** What one client address may do. */
  readonly clientLimits?: 'off' | ClientLimits;
  /** Whether the client's name is looked up when it connects. */
  readonly reverseLookup?: 'on' | 'off';
  /** Whether the sender's SPF record is asked for, and a fail refused. */
  readonly spf?: 'off' | 'on';
  /** The victim's domain publishes an SPF record: who honours it has nothing to answer any more. */
  readonly spfRecord?: 'off' | SpfRecord;
  /** STARTTLS is offered, with a certificate of the run's own and session tickets. */
  readonly tls?: 'off' | 'may';
  /** Postfix' stress-adaptive behaviour. */
  readonly stress?: 'auto' | 'on' | 'off';
  /** A server of its own in front, which hands on what it takes. */
  readonly edge?: 'off' | Edge;
  /** A hosted mail service as the domain's MX: it swallows some accounts' mail and hands the rest on. */
  readonly hosted?: 'off' | Hosted;
  /** A Postfix configuration as it is; the other settings then change in it only what is their own. */
  readonly config?: ConfigSource;
  /** Raw settings of Postfix, laid over everything else. */
  readonly postfix?: RawPostfix;
}

const ATTACK_SETTINGS = ['spfRecord'] as const satisfies readonly (keyof Tuning)[];
type AttackSetting = (typeof ATTACK_SETTINGS)[number];

/** What the domain's owner does outside of the server. */
export function isOfAttack(setting: string): boolean {
  return ATTACK_SETTINGS.some((name) => name === setting);
}

/** What may be tuned of a server in front. */
type EdgeTuning = Omit<Tuning, 'edge' | 'hosted' | 'config' | AttackSetting>;

export interface Edge {
  readonly tuning: EdgeTuning;
  /** Asks the server behind it whether a recipient exists, in place of a table of its own. */
  readonly verify: boolean;
  readonly link: Link;
}

/** Between a server in front and the one behind; absent: as fast as the machine. */
interface Link {
  readonly bitsPerSecond?: number;
  readonly roundTripMs?: number;
}

export interface Hosted {
  /** Local parts whose mail is swallowed. */
  readonly accounts: readonly string[];
}

/** A directory with main.cf and master.cf. */
export interface ConfigSource {
  /** Of the directory; of a revision: as in `git show <revision>:<path>`. */
  readonly path: string;
  /** A git revision; absent: the directory as it lies on the disk. */
  readonly git?: string;
  /** The folder that a relative path starts from, and in whose repository a revision is looked for. */
  readonly from: string;
}

export interface RawPostfix {
  /** Of main.cf. */
  readonly main: Readonly<Record<string, string>>;
  /** Of master.cf: `name/type` and its whole line; an empty line removes the service. */
  readonly master: Readonly<Record<string, string>>;
}

export interface BotFilter {
  /** Who speaks before the banner has come, this long after the connection, is a bot; 0: not tested. */
  readonly greetWaitMs: number;
  /** Whether the world's block list is asked. */
  readonly dnsbl: boolean;
  /** Tests behind the greeting (pipelining, non-SMTP commands, bare newlines): a new client is deferred once. */
  readonly deep: boolean;
}

/** Of one address; absent: no limit. */
export interface ClientLimits {
  readonly concurrent?: number;
  /** Connections. */
  readonly perMinute?: number;
}

/** Campaign time: compressed by `clock.compress`. */
export interface SpfRecord {
  /** From the storm's begin to the record's publication. */
  readonly afterMs: number;
  /** For so long a resolver goes on with the answer that it has: there is no such record. */
  readonly ttlMs: number;
  /** Share of the sessions whose hosts check SPF and refuse what fails it. */
  readonly honoured: number;
}

export interface VictimRule {
  readonly reply: 550 | 554 | 521 | 450 | 421;
  readonly text: string;
}

export const RECIPIENT_TABLES = [
  'memory',
  'text',
  'hash',
  'cdb',
  'lmdb',
  'sqlite',
  'ldap',
] as const;
export interface RecipientTable {
  readonly table: (typeof RECIPIENT_TABLES)[number];
  /** Time that one look-up waits for its directory, in ms (`ldap` only). */
  readonly waitMs?: number;
  /** Look-ups that the directory serves at once (`ldap` only). */
  readonly connections?: number;
  /** A file of the user's in place of one with the world's mailboxes (`text`, `cdb`, `sqlite`). */
  readonly path?: string;
  /** The folder that a relative path starts from. */
  readonly from?: string;
  /** As in sqlite_table(5), for a database of the user's: `SELECT 1 FROM mailbox WHERE username = '%s'`. */
  readonly query?: string;
  /** A directory of the user's in place of a simulated one, with %s for the address in its filter (RFC 4516). */
  readonly url?: string;
}

export interface Greylist {
  /** A first attempt is deferred until this much campaign time has passed, in ms. */
  readonly delayMs: number;
  /** A retry later than this after the first attempt counts as a first one again, in ms. */
  readonly windowMs: number;
}

export interface ContentFilter {
  readonly cpuMs: number;
  readonly waitMs: number;
}
