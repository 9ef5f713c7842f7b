// Prepares a configuration of the user's as it is: copied, found by Postfix where it finds its own, in a
// room where nothing that is written is written to the machine. What is changed in it: own-changes.ts.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ConfigSource } from '../../tuning/tuning.ts';
import { openRoom, type Room } from '../../world/room.ts';
import type { Site } from '../target.ts';
import { askPostfix } from './ask.ts';
import { backDate } from './back-date.ts';
import type { Companions } from './companions/registry.ts';
import { copyTree } from './config-copy.ts';
import { takeSource } from './config-source.ts';
import type { Ground } from './ground.ts';
import type { Layout } from './layout.ts';
import { compileTables, writeTables } from './maps.ts';
import { writeCertificate, writeFiles } from './minimal.ts';
import { ASKED, type Asked, type Own, words } from './own.ts';
import { changesFor } from './own-changes.ts';
import { ceiling } from './own-tuning.ts';
import { requireReach } from './reach.ts';
import { findEntrance, parseServices, withServices } from './services.ts';
import type { Tables } from './tuning-settings.ts';

/** What belongs to the installed package and not to the configuration, though it lies beside it. */
const OF_PACKAGE = ['dynamicmaps.cf', 'postfix-files'];
/** Ours among the copy's files. */
const OWN_FILES = 'blowback';
/** Debian's: puts into the queue directory what daemons need that change their root to it. */
const JAIL_SCRIPT = '/usr/lib/postfix/configure-instance.sh';

/** @throws UserError for a configuration that cannot be run or cannot be reached. */
export async function prepareOwn(
  site: Site,
  source: ConfigSource,
  layout: Layout,
  companions: Companions,
): Promise<Ground> {
  copyTree(takeSource(source), layout.conf);
  const home = (await askPostfix(['postconf', ['-dh', 'config_directory']]))[0] ?? '/etc/postfix';
  addPackageFiles(home, layout.conf);
  mkdirSync(join(layout.conf, OWN_FILES));
  backDate(layout.conf);
  const settings = await askSettings(['postconf', ['-c', layout.conf]]);
  mkdirSync(dirname(layout.log));
  const room = await openRoom(join(layout.directory, 'room'), {
    [layout.conf]: home,
    [layout.spool]: settings.expanded.queue_directory,
    [layout.data]: settings.expanded.data_directory,
    [dirname(layout.log)]: '/var/log',
  });
  try {
    const own = await knowOwn(site, source, layout, settings, room);
    const notes = await apply(site, own, layout, home, companions, room);
    await fillJail(own, room);
    return {
      port: own.entrance.port,
      ceiling: ceiling(site.tuning, own),
      notes,
      command: room.command,
      close: room.close,
    };
  } catch (error) {
    await room.close();
    throw error;
  }
}

function addPackageFiles(home: string, conf: string): void {
  for (const name of OF_PACKAGE) {
    const installed = join(home, name);
    if (existsSync(installed) && !existsSync(join(conf, name))) {
      copyFileSync(installed, join(conf, name));
    }
  }
}

async function knowOwn(
  site: Site,
  source: ConfigSource,
  layout: Layout,
  settings: Pick<Own, 'plain' | 'expanded' | 'stated'>,
  room: Room,
): Promise<Own> {
  // Raw lines first: they may move the service that all else is about.
  changeServices(layout, site.tuning.postfix?.master ?? {});
  const services = parseServices(readFileSync(join(layout.conf, 'master.cf'), 'utf8'));
  const entrance = findEntrance(services);
  requireReach(source, site.tuning, settings, entrance);
  const takenBy = await findList(site.domain, settings.expanded, room);
  return { ...settings, services, entrance, takenBy };
}

const DOMAIN_LISTS = [
  'mydestination',
  'relay_domains',
  'virtual_alias_domains',
  'virtual_mailbox_domains',
] as const;

/** Asks each list as Postfix would: literally, and by looking into its tables. */
async function findList(
  domain: string,
  expanded: Own['expanded'],
  room: Room,
): Promise<Own['takenBy']> {
  for (const list of DOMAIN_LISTS) {
    for (const word of words(expanded[list])) {
      if (word === domain) return list;
      if (!/^\w+:./.test(word)) continue;
      const found = await askPostfix(room.command('postmap', ['-q', domain, word])).catch(() => []);
      if (found.length > 0) return list;
    }
  }
  return undefined;
}

async function apply(
  site: Site,
  own: Own,
  layout: Layout,
  home: string,
  companions: Companions,
  room: Room,
): Promise<readonly string[]> {
  const inside = (path: string) => path.replace(layout.conf, home);
  const mine = join(layout.conf, OWN_FILES);
  const added = companions.gives(inside(mine));
  writeFiles(mine, companions.files);
  const tables = writeTables(site, mine, added);
  const places: Layout = {
    ...layout,
    log: join('/var/log', 'maillog'),
    certificate: join(mine, 'cert.pem'),
    key: join(mine, 'key.pem'),
  };
  if (site.tuning.tls === 'may') await writeCertificate(site, places);
  const seen = {
    layout: { ...places, certificate: inside(places.certificate), key: inside(places.key) },
    tables: Object.fromEntries(
      Object.entries(tables).map(([name, table]: [string, string]) => [name, inside(table)]),
    ) as Tables,
    added,
  };
  const { main, services, notes } = changesFor(site, own, seen);
  const lines = Object.entries(main).map(([key, text]) => `${key} = ${text.replaceAll('\n', ' ')}`);
  backDate(layout.conf);
  await askPostfix(room.command('postconf', ['-e', ...lines]));
  changeServices(layout, services);
  backDate(layout.conf);
  await compileTables(tables, layout.conf);
  backDate(layout.conf);
  return notes;
}

function changeServices({ conf }: Layout, changes: Readonly<Record<string, string>>): void {
  const master = join(conf, 'master.cf');
  if (Object.keys(changes).length === 0) return;
  writeFileSync(master, withServices(readFileSync(master, 'utf8'), changes));
}

async function fillJail({ services }: Own, room: Room): Promise<void> {
  // A hyphen is Debian's older default, which depends on compatibility_level: the script knows.
  if (!existsSync(JAIL_SCRIPT) || services.every(({ chroot }) => chroot === 'n')) return;
  await askPostfix(room.command('sh', [JAIL_SCRIPT, '-']));
}

type Command = readonly [string, readonly string[]];

async function askSettings([program, args]: Command): Promise<
  Pick<Own, 'plain' | 'expanded' | 'stated'>
> {
  const [plain, expanded, stated] = await Promise.all([
    askPostfix([program, [...args, ...ASKED]]),
    askPostfix([program, [...args, '-x', ...ASKED]]),
    askPostfix([program, [...args, '-n']]),
  ]);
  return {
    plain: parseSettings(plain),
    expanded: parseSettings(expanded),
    stated: new Set(stated.map((line) => line.split(' ', 1)[0] ?? '')),
  };
}

function parseSettings(lines: readonly string[]): Record<Asked, string> {
  const found = new Map(
    lines.map((line): [string, string] => {
      const equals = line.indexOf('=');
      return [line.slice(0, equals).trim(), line.slice(equals + 1).trim()];
    }),
  );
  return Object.fromEntries(ASKED.map((name) => [name, found.get(name) ?? ''])) as Record<
    Asked,
    string
  >;
}
