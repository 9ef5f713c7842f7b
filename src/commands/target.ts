// `blowback target`: the embedded mail server alone, in the foreground, for any other client. Ends by a
// signal, and says then, and on SIGUSR1, what it has counted.
import { Command } from 'commander';
import { nowMs } from '../clock.ts';
import { EXIT, type ExitCode, UserError } from '../errors.ts';
import { admitTarget } from '../guard/guard.ts';
import { embeddedVersion } from '../target/embedded/embedded.ts';
import { dropping, keepIn } from '../target/embedded/keeper.ts';
import { type EmbeddedServer, serve } from '../target/embedded/server.ts';
import { Interrupt } from './run/interrupt.ts';
import { type Counters, countersOf, Peaks, renderCounters } from './target/counters.ts';
import { ownTable, readSetting, type Setting } from './target/setting.ts';

/** From the first signal on: what is under way may take so long. */
const DRAIN_MS = 3000;
const SHOWN = 3;

interface Options {
  readonly listen: string;
  readonly set: readonly string[];
  readonly scenario?: string;
  readonly variant?: string;
  readonly maildir?: string;
  readonly mailboxes?: true;
  readonly verbose?: true;
  readonly json?: true;
}

export function targetCommand(version: string, exit: (code: number) => void): Command {
  return new Command('target')
    .description('the embedded mail server alone, in the foreground, for any other client')
    .option(
      '--listen <host:port>',
      'where, on this machine; port 0 takes a free one',
      '127.0.0.1:2525',
    )
    .option('--scenario <scenario>', "its world and tuning: a path or a built-in's name")
    .option('--variant <name>', "with this variant's tuning (default: the scenario's first)")
    .option(
      '--set <path=value>',
      'override a value, as in tuning.workers=5 or world.mailboxes=10; repeatable',
      append,
      [],
    )
    .option('--maildir <dir>', 'keep accepted mail there (default: it is counted and dropped)')
    .option('--mailboxes', 'print the mailboxes that exist, one a line, and end')
    .option('--verbose', 'print the effective configuration as well')
    .option(
      '--json',
      "print the counters as JSON, a line each time, people's words on standard error",
    )
    .action(async (options: Options) => {
      exit(await stand(version, options));
    });
}

async function stand(version: string, options: Options): Promise<ExitCode> {
  const place = readPlace(options.listen);
  // The guard's answer comes first.
  const host = await admitTarget(place.host);
  const setting = readSetting(options);
  if (options.mailboxes) {
    showMailboxes(setting);
    return EXIT.ok;
  }
  const outlet = options.maildir === undefined ? dropping : keepIn(options.maildir);
  const interrupt = new Interrupt();
  interrupt.take();
  const server = await serve(setting.site, () => outlet, { host, port: place.port });
  const look = teller(version, server, options);
  // Without a listener the signal would be Node's own, and open its inspector.
  process.on('SIGUSR1', () => look(server.totals()));
  const say = options.json ? console.error : console.log;
  say(welcome(server, setting, options).join('\n'));
  await level(interrupt, 1);
  await Promise.race([server.dismiss(DRAIN_MS), level(interrupt, 2)]);
  look(await server.stop());
  return interrupt.level > 1 ? EXIT.interrupted : EXIT.ok;
}

/** @throws UserError (2) for what is no address. */
function readPlace(listen: string): { readonly host: string; readonly port: number } {
  const [, bracketed, bare, digits] =
    /^(?:\[([^\s[\]]+)\]|([^\s:[\]]+)):(\d{1,5})$/.exec(listen) ?? [];
  const host = bracketed ?? bare;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new UserError(
    `--listen ${listen}: not an address; expected host:port, as in 127.0.0.1:2525`,
    {
      exitCode: EXIT.usage,
    },
  );
}

/** Resolves when so many signals have come. */
function level(interrupt: Interrupt, wanted: number): Promise<void> {
  if (interrupt.level >= wanted) return Promise.resolve();
  return new Promise((resolve) => {
    const deaf = interrupt.listen((reached) => {
      if (reached < wanted) return;
      deaf();
      resolve();
    });
  });
}

/** Prints what has been counted up to now. */
function teller(version: string, server: EmbeddedServer, { json }: Options) {
  const peaks = new Peaks();
  const startMs = nowMs();
  const before = process.cpuUsage();
  return (totals: ReturnType<EmbeddedServer['totals']>): void => {
    const { user, system } = process.cpuUsage(before);
    const facts = {
      blowback: version,
      address: shown(server.address),
      seconds: (nowMs() - startMs) / 1000,
      cpuS: (user + system) / 1e6,
      memoryBytes: process.memoryUsage.rss(),
    };
    const counters: Counters = countersOf(
      facts,
      totals,
      server.occupancy(),
      peaks.note(totals.last ?? {}),
    );
    console.log(json ? JSON.stringify(counters) : renderCounters(counters));
  };
}

function welcome(server: EmbeddedServer, { site, origin }: Setting, options: Options): string[] {
  const { client } = site;
  return [
    `ready: ${shown(server.address)}, ${embeddedVersion()}${origin === undefined ? '' : `, ${origin}`}`,
    `known: ${describeMailboxes(site)}`,
    options.maildir === undefined
      ? 'accepted mail is counted and dropped'
      : `accepted mail goes to ${options.maildir}`,
    ...(client === 'address' ? [] : [`clients must tell their address: ${client}`]),
    ...(options.verbose ? server.configuration.map((line) => `  ${line}`) : []),
  ];
}

function describeMailboxes({ recipients, tuning, domain }: Setting['site']): string {
  if (tuning.recipients === 'catch-all') return `every address at ${domain}`;
  const own = ownTable(tuning);
  if (own !== undefined) return `what is in ${own}`;
  const more = recipients.length > SHOWN ? `, … (${recipients.length}: --mailboxes)` : '';
  return `${recipients.slice(0, SHOWN).join(', ')}${more}`;
}

/** @throws UserError (2) where they are not ours to know. */
function showMailboxes({ site }: Setting): void {
  const own = ownTable(site.tuning);
  if (own === undefined) return console.log(site.recipients.join('\n'));
  throw new UserError(`--mailboxes: they are in the tuning's own table, ${own}`, {
    exitCode: EXIT.usage,
  });
}

function shown({ host, port }: EmbeddedServer['address']): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}
