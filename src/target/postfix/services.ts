// master.cf as services: reading one, finding the service that the world's mail comes to, and changing
// single services in their place. Pure.
import { serviceIdentity } from '../../tuning/service-ports.ts';

/** The eight fields of master(5), with the arguments behind the program's name. */
export interface Service {
  readonly name: string;
  readonly type: string;
  readonly private: string;
  readonly unprivileged: string;
  readonly chroot: string;
  readonly wakeUp: string;
  readonly processes: string;
  readonly program: string;
  readonly args: string;
}

interface Passage {
  /** Its lines as they stand. */
  readonly lines: readonly string[];
  /** Absent: comments and empty lines. */
  readonly service?: Service;
}

/** The file in passages: a line that begins with a blank continues the one before, comments aside. */
function passagesOf(text: string): Passage[] {
  const passages: { lines: string[]; logical: string[] }[] = [];
  for (const line of text.replace(/\n$/, '').split('\n')) {
    const last = passages.at(-1);
    if (/^\s+[^\s#]/.test(line) && last && last.logical.length > 0) {
      last.lines.push(line);
      last.logical.push(line.trim());
    } else if (/^\s*(#|$)/.test(line) && last) last.lines.push(line);
    else passages.push({ lines: [line], logical: /^\s*(#|$)/.test(line) ? [] : [line.trim()] });
  }
  return passages.map(({ lines, logical }) => {
    const service = parseService(logical.join(' '));
    return { lines, ...(service && { service }) };
  });
}

/** Undefined for what has fewer than eight fields, which is for Postfix to complain of. */
export function parseService(line: string): Service | undefined {
  const fields = line.trim().split(/\s+/);
  const [name, type, priv, unprivileged, chroot, wakeUp, processes, program] = fields;
  if (!name || !type || !priv || !unprivileged || !chroot || !wakeUp || !processes || !program) {
    return undefined;
  }
  const args = fields.slice(8).join(' ');
  return { name, type, private: priv, unprivileged, chroot, wakeUp, processes, program, args };
}

export function parseServices(text: string): Service[] {
  return passagesOf(text).flatMap(({ service }) => (service ? [service] : []));
}

export function renderService(service: Service): string {
  const { name, type, unprivileged, chroot, wakeUp, processes, program, args } = service;
  const fields = [name, type, service.private, unprivileged, chroot, wakeUp, processes, program];
  return [...fields, args].join(' ').trimEnd();
}

/** `name/type`, as postconf -M names it. */
export function serviceKey({ name, type }: Pick<Service, 'name' | 'type'>): string {
  return `${name}/${type}`;
}

/**
 * The text with some services changed, removed (empty line) or added, by their keys. All other lines keep
 * their numbers, by which Postfix names them in its complaints.
 */
export function withServices(text: string, changes: Readonly<Record<string, string>>): string {
  const left = new Map(
    Object.entries(changes).map(([key, line]) => [serviceIdentity(key), line] as const),
  );
  const lines = passagesOf(text).flatMap(({ lines, service }) => {
    const identity = service && serviceIdentity(serviceKey(service));
    const change = identity && left.get(identity);
    if (identity === undefined || change === undefined) return lines;
    left.delete(identity);
    return [change, ...lines.slice(1).map((line) => (/^\s*(#|$)/.test(line) ? line : '#'))];
  });
  return `${[...lines, ...left.values()].join('\n')}\n`;
}

const LOOPBACK = /^(127\.|localhost$|\[?::1\]?$)/;
/** Where users hand in their own mail (RFC 6409, RFC 8314). */
const FOR_USERS = new Set(['submission', '587', 'submissions', 'smtps', '465']);

export interface Entrance {
  readonly port: number;
  /** What listens there: smtpd or postscreen. */
  readonly front: Service;
  /** The smtpd that serve it; with postscreen in front, those behind it. */
  readonly workers: readonly Service[];
}

/** Where mail from outside comes in: port 25, or else the one other port that has an smtpd. */
export function findEntrance(services: readonly Service[]): Entrance | undefined {
  const open = services.flatMap((front) => {
    const port = publicPort(front);
    return port === undefined || !/^(smtpd|postscreen)$/.test(front.program)
      ? []
      : [{ port, front }];
  });
  const found = open.find(({ port }) => port === 25) ?? (open.length === 1 ? open[0] : undefined);
  if (!found) return undefined;
  const behind = services.filter(({ type, program }) => type === 'pass' && program === 'smtpd');
  return { ...found, workers: found.front.program === 'smtpd' ? [found.front] : behind };
}

function publicPort({ name, type }: Service): number | undefined {
  if (type !== 'inet') return undefined;
  const [, host = '', port = name] = /^(.*):([^:\]]+)$/.exec(name) ?? [];
  if (LOOPBACK.test(host) || FOR_USERS.has(port)) return undefined;
  if (port === 'smtp') return 25;
  return /^\d{1,5}$/.test(port) ? Number(port) : undefined;
}

/** Without an `-o name=value` that would hide main.cf's from this service. */
export function withoutOverride(service: Service, names: ReadonlySet<string>): Service {
  const kept = optionsOf(service.args).filter((option) => {
    const name = /^-o\s*\{?\s*(\w+)\s*=/.exec(option)?.[1];
    return name === undefined || !names.has(name);
  });
  return { ...service, args: kept.join(' ') };
}

/** What `-o name=value` of the service says, where it says it. */
export function overrideOf({ args }: Service, name: string): string | undefined {
  for (const option of optionsOf(args).toReversed()) {
    const [, found, braced, plain] =
      /^-o\s*(?:\{\s*)?(\w+)\s*=\s*(?:(.*?)\s*\}|(\S*))$/.exec(option) ?? [];
    if (found === name) return braced ?? plain;
  }
  return undefined;
}

/** `-o name=value` and `-o {name = value with blanks}`, and everything else word by word. */
function optionsOf(args: string): string[] {
  return args.match(/-o\s*\{(?:[^{}]|\{[^{}]*\})*\}|-o\s*\S+|\S+/g) ?? [];
}
