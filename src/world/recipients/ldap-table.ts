// Recipients in a directory of the user's, asked as Postfix' ldap_table(5) asks it: the address stands for
// %s in the filter of an LDAP URL. Anonymous, and on this machine only: a storm of look-ups is load as well.
import { EXIT, UserError } from '../../errors.ts';
import { admitTarget } from '../../guard/guard.ts';
import { type LdapUrl, ldapServerName, parseLdapUrl } from '../ldap-url.ts';
import type { LdapLimits, LdapPool } from './ldap-pool.ts';
import { Failures, type RecipientLookup } from './lookup.ts';
import { fillIn, type Pattern, parsePattern } from './pattern.ts';

/** The second is ldap_table(5)'s `timeout`. */
const TIMES = { connectMs: 5000, answerMs: 10_000 } as const;

/** No attributes, only whether there is an entry (RFC 4511 §4.5.1.8). */
const NONE = '1.1';

interface Question {
  readonly target: LdapUrl;
  readonly pattern: Pattern;
}

/** @throws UserError (2) with what is wrong with the URL. */
export function readLdapQuestion(url: string): Question {
  const target = parseLdapUrl(url);
  if (target.scheme === 'ldapi') throw wrong(url, 'a socket in a file is not supported');
  const pattern = parsePattern(target.filter);
  if ('unknown' in pattern) throw wrong(url, `${pattern.unknown} means nothing in its filter`);
  if (!pattern.some((part) => typeof part !== 'string' && /[su]/.test(part.letter))) {
    throw wrong(url, 'its filter does not ask for the address (%s) or its local part (%u)');
  }
  return { target, pattern };
}

/**
 * Asks once before it answers, so that a server that is absent, slow or refuses is told at the start.
 * @param probe the address for that
 * @throws UserError: 2 for the URL, 3 for the server, 4 for one that is not on this machine.
 */
export async function openLdapTable(
  url: string,
  limits: Pick<LdapLimits, 'connections'> & Partial<LdapLimits>,
  probe: string,
): Promise<RecipientLookup> {
  const { target, pattern } = readLdapQuestion(url);
  const address = await admitTarget(target.host || '127.0.0.1');
  const server = { address, port: target.port, secure: target.scheme === 'ldaps' };
  // The library is not loaded where nobody asks for it.
  const { LdapPool } = await import('./ldap-pool.ts');
  const pool = new LdapPool(server, { ...TIMES, ...limits });
  const name = ldapServerName(target);
  const ask = (recipient: string) => isListed(pool, { target, pattern }, recipient);
  try {
    await ask(probe);
  } catch (cause) {
    pool.close();
    throw cause instanceof UserError ? cause : mute(name, target, cause);
  }
  const failures = new Failures();
  return {
    has: (recipient) =>
      ask(recipient).catch((cause: unknown) => {
        throw failures.note(new Error(reasonOf(cause), { cause }));
      }),
    describe: `ldap ${name}/${target.base}, ${scopeOf(target)}, ${target.filter}, ${
      limits.connections === 1 ? '1 connection' : `${limits.connections} connections`
    }`,
    warnings: () => failures.warnings(name),
    close: () => pool.close(),
  };
}

/** RFC 4516's default would be the base alone, where nobody's mailbox is. */
const scopeOf = ({ scope }: LdapUrl) => scope ?? 'sub';

async function isListed(
  pool: LdapPool,
  { target, pattern }: Question,
  recipient: string,
): Promise<boolean> {
  const filter = fillIn(pattern, recipient.toLowerCase(), escaped);
  if (filter === undefined) return false;
  const { base, attributes } = target;
  const entries = await pool.search({
    base,
    scope: scopeOf(target),
    filter,
    attributes: attributes.length > 0 ? attributes : [NONE],
  });
  if (attributes.length === 0) return entries.length > 0;
  // Postfix, too, takes an entry without a value of the attribute for none.
  return entries.some((entry) =>
    Object.entries(entry).some(([name, value]) => name !== 'dn' && value.length > 0),
  );
}

/** RFC 4515 §3. */
function escaped(part: string): string {
  return part.replace(/[*()\\\0]/g, (c) => `\\${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** An LDAP result is told by its name (RFC 4511 §4.1.9) and what the server adds; the rest as it is. */
function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const [line = ''] = cause.message.split('\n');
  if (!('code' in cause && typeof cause.code === 'number')) return line;
  const result = cause.name
    .replace(/Error$/, '')
    .replace(/\B[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  const said = line.replace(/ ?Code: 0x[0-9a-f]+$/i, '').trim();
  return said === '' ? result : `${result}: ${said}`;
}

function mute(name: string, { base }: LdapUrl, cause: unknown): UserError {
  return new UserError(`the directory ${name} does not answer: ${reasonOf(cause)}`, {
    exitCode: EXIT.environment,
    hint: `Check recipients.url with ldapsearch -x -H ${name} -b "${base}"; without a url a directory is simulated.`,
    cause,
  });
}

function wrong(url: string, why: string): UserError {
  return new UserError(`recipients.url ${url} cannot be asked: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'As in ldap://127.0.0.1:389/ou=people,dc=xman,dc=test?mail?sub?(mail=%s).',
  });
}
