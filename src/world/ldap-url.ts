// LDAP URLs (RFC 4516): scheme://host:port/base?attributes?scope?filter?extensions. Reads them only; who
// may be asked is guard/'s business, and what a missing part means beyond the RFC its caller's.
import { EXIT, UserError } from '../errors.ts';

type Scheme = 'ldap' | 'ldaps' | 'ldapi';
type Scope = 'base' | 'one' | 'sub';

export interface LdapUrl {
  readonly scheme: Scheme;
  /** A name, or a numeric address without brackets; of ldapi the socket's path. Empty: the URL names none. */
  readonly host: string;
  /** 389, or 636 of ldaps, where the URL names none; 0 of ldapi. */
  readonly port: number;
  readonly base: string;
  /** None: all (RFC 4516, section 2). */
  readonly attributes: readonly string[];
  /** Undefined where the URL names none, which the RFC takes for `base`. */
  readonly scope: Scope | undefined;
  /** RFC 4515; `(objectClass=*)` where the URL names none. */
  readonly filter: string;
}

const DEFAULT_PORTS: Readonly<Record<Scheme, number>> = { ldap: 389, ldaps: 636, ldapi: 0 };
const SCHEME = /^([a-z]+):\/\/([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/is;
const HOST = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/i;
const ATTRIBUTE = /^(?:[a-z][a-z0-9-]*(?:;[a-z0-9-]+)*|\d+(?:\.\d+)+|\*|\+)$/i;

/** Whether a text means to be an LDAP URL, right or wrong. */
export function looksLikeLdapUrl(text: string): boolean {
  return /^ldap[a-z]*:/i.test(text);
}

/**
 * A `%` that no two hexadecimal digits follow stays as it is, so that `(mail=%s)` means what ldap_table(5)
 * makes of it; `%25` is a plain one.
 * @throws UserError (2) that says which part is wrong.
 */
export function parseLdapUrl(url: string): LdapUrl {
  const [, schemeText = '', authority = '', base = '', rest = ''] = SCHEME.exec(url.trim()) ?? [];
  const scheme = schemeOf(schemeText.toLowerCase(), url);
  const [attributes = '', scope = '', filter = '', extensions = '', ...more] = rest.split('?');
  if (more.length > 0) throw wrong(url, 'it has more than four question marks; %3F is a plain one');
  refuseCritical(extensions, url);
  const { host, port } = scheme === 'ldapi' ? socketOf(authority) : hostOf(authority, scheme, url);
  return {
    scheme,
    host,
    port,
    base: decode(base, url),
    attributes: attributesOf(decode(attributes, url), url),
    scope: scopeOf(scope.toLowerCase(), url),
    filter: filterOf(decode(filter, url), url),
  };
}

/** What to call the server in messages: `ldap://host:port`, without what is asked of it. */
export function ldapServerName({ scheme, host, port }: LdapUrl): string {
  if (scheme === 'ldapi') return `ldapi://${host}`;
  return `${scheme}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function schemeOf(scheme: string, url: string): Scheme {
  if (scheme in DEFAULT_PORTS) return scheme as Scheme;
  throw wrong(url, 'expected ldap://host:port/base?attributes?scope?filter');
}

function hostOf(authority: string, scheme: Scheme, url: string): { host: string; port: number } {
  const found = HOST.exec(authority);
  if (!found) throw wrong(url, `${authority} is no host:port (an IPv6 address needs brackets)`);
  const [, ipv6, name = '', digits] = found;
  const port = digits === undefined ? DEFAULT_PORTS[scheme] : Number(digits);
  if (port < 1 || port > 65535) throw wrong(url, `there is no port ${digits}`);
  return { host: ipv6 ?? decode(name, url), port };
}

function socketOf(authority: string): { host: string; port: number } {
  return { host: decode(authority, authority), port: 0 };
}

function attributesOf(list: string, url: string): string[] {
  const attributes = list.split(',').filter((name) => name !== '');
  const odd = attributes.find((name) => !ATTRIBUTE.test(name));
  if (odd !== undefined) throw wrong(url, `${odd} is no name of an attribute`);
  return attributes;
}

function scopeOf(scope: string, url: string): Scope | undefined {
  if (scope === '') return undefined;
  if (scope === 'base' || scope === 'one' || scope === 'sub') return scope;
  throw wrong(url, `the scope is base, one or sub, not ${scope}`);
}

/** Parentheses are all that is checked here: an LDAP library reads the rest. */
function filterOf(filter: string, url: string): string {
  if (filter === '') return '(objectClass=*)';
  const whole = filter.startsWith('(') ? filter : `(${filter})`;
  let depth = 0;
  for (const c of whole) depth += c === '(' ? 1 : c === ')' ? -1 : 0;
  if (depth !== 0) throw wrong(url, `the parentheses of the filter ${filter} do not match`);
  return whole;
}

/** RFC 4516, section 2: who does not know a critical extension must not go on; others are ignored. */
function refuseCritical(extensions: string, url: string): void {
  const critical = extensions.split(',').find((extension) => extension.startsWith('!'));
  if (critical !== undefined) throw wrong(url, `the extension ${critical} is not supported`);
}

function decode(text: string, url: string): string {
  try {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => decodeURIComponent(bytes));
  } catch {
    throw wrong(url, 'its percent-encoding is not UTF-8');
  }
}

function wrong(url: string, why: string): UserError {
  return new UserError(`${url} is no LDAP URL: ${why}`, {
    exitCode: EXIT.usage,
    hint: 'As in ldap://127.0.0.1:389/ou=people,dc=xman,dc=test?mail?sub?(objectClass=person) (RFC 4516).',
  });
}
