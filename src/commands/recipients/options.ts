// The flags of `recipients build` as a plan: all of them checked before anything is read or reached.
import { readFileSync } from 'node:fs';
import { EXIT, UserError } from '../../errors.ts';
import { readAddress } from '../../recipients/address.ts';
import type { Plan } from '../../recipients/build.ts';
import { csvSource } from '../../recipients/csv-source.ts';
import { type Format, formatOf } from '../../recipients/formats.ts';
import type { LdapOptions } from '../../recipients/ldap-source.ts';
import type { Source } from '../../recipients/source.ts';
import { textSource } from '../../recipients/text-source.ts';
import { parseDuration, parseShare } from '../../units.ts';
import { looksLikeLdapUrl } from '../../world/ldap-url.ts';

export interface Options {
  readonly from: readonly string[];
  readonly to: string;
  readonly format?: Format;
  readonly input?: 'text' | 'csv';
  readonly column?: string;
  readonly separator?: string;
  readonly domain: readonly string[];
  readonly smtputf8?: true;
  readonly bindDn?: string;
  readonly passwordFile?: string;
  readonly starttls?: true;
  readonly caFile?: string;
  readonly cleartext?: true;
  readonly timeout: string;
  readonly strict?: true;
  readonly allowShrink?: string | true;
  readonly allowEmpty?: true;
  readonly watch?: string | true;
  readonly dryRun?: true;
  readonly json?: true;
  readonly show: string;
  readonly quiet?: true;
}

const PASSWORD_VARIABLE = 'BLOWBACK_LDAP_PASSWORD';
const DEFAULT_LOSS = 0.2;
/** How often a file is looked at, and a directory asked. */
const FILE_INTERVAL_MS = 5000;
const LDAP_INTERVAL_MS = 300_000;

/** `intervalMs` with --watch only. @throws UserError (2; 3 when the password cannot be read). */
export async function planOf(options: Options): Promise<{ plan: Plan; intervalMs?: number }> {
  const domains = options.domain.map((domain) => domain.toLowerCase());
  const smtputf8 = options.smtputf8 === true;
  requireDomains(domains, smtputf8);
  const format = options.format ?? formatOf(options.to);
  const [domain] = domains;
  const bare = domains.length === 1 && domain !== undefined ? { domain } : {};
  const plan: Plan = {
    sources: await sourcesOf(options, domains.length === 1),
    to: options.to,
    format,
    rules: { smtputf8, domains, ...bare, hashComments: format !== 'cdb', show: shownOf(options) },
    strict: options.strict === true,
    maxLoss: lossOf(options.allowShrink),
    allowEmpty: options.allowEmpty === true,
    dryRun: options.dryRun === true,
  };
  return options.watch === undefined ? { plan } : { plan, intervalMs: intervalOf(options) };
}

async function sourcesOf(options: Options, bare: boolean): Promise<Source[]> {
  if (options.from.filter((from) => from === '-').length > 1)
    throw wrong('--from - is there twice');
  if (options.watch !== undefined && options.from.includes('-')) {
    throw wrong('--watch cannot read standard input again');
  }
  if (!options.from.some(looksLikeLdapUrl)) requireNoLdap(options);
  const sources: Source[] = [];
  for (const from of options.from) {
    if (looksLikeLdapUrl(from)) sources.push(await directoryOf(from, options));
    else if (isCsv(from, options)) {
      const separator = separatorOf(from, options);
      sources.push(csvSource(from, { column: options.column, separator, bare }));
    } else sources.push(textSource(from));
  }
  return sources;
}

/** What needs a library of its own is loaded only here. */
async function directoryOf(url: string, options: Options): Promise<Source> {
  const { ldapSource } = await import('../../recipients/ldap-source.ts');
  const timeoutMs = durationOf('--timeout', options.timeout);
  const ldap: LdapOptions = {
    bind: bindOf(options),
    startTls: options.starttls === true,
    cleartext: options.cleartext === true,
    caFile: options.caFile,
    timeoutMs,
  };
  return ldapSource(url, ldap);
}

function requireNoLdap(options: Options): void {
  const flags = ['bindDn', 'passwordFile', 'starttls', 'caFile', 'cleartext'] as const;
  if (flags.some((flag) => options[flag] !== undefined)) {
    throw wrong(
      '--bind-dn, --password-file, --starttls, --ca-file and --cleartext need an ldap URL',
    );
  }
}

function bindOf({ bindDn: dn, passwordFile }: Options): LdapOptions['bind'] {
  if (dn === undefined) {
    if (passwordFile === undefined) return undefined;
    throw wrong('--password-file needs --bind-dn');
  }
  const password =
    passwordFile === undefined ? process.env[PASSWORD_VARIABLE] : readPassword(passwordFile);
  // With a name and no password a server signs nobody in, and says that all is well (RFC 4513, 5.1.2).
  if (password) return { dn, password };
  throw wrong(`--bind-dn needs a password, from --password-file or in ${PASSWORD_VARIABLE}`);
}

function readPassword(path: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw new UserError(`cannot read the password: ${(cause as Error).message}`, {
      exitCode: EXIT.environment,
      cause,
    });
  }
}

function isCsv(from: string, { input, column }: Options): boolean {
  if (input !== undefined) return input === 'csv';
  return /\.(csv|tsv)$/i.test(from) || (from === '-' && column !== undefined);
}

function separatorOf(from: string, { separator }: Options): string {
  if (separator === undefined) return /\.tsv$/i.test(from) ? '\t' : ',';
  if (separator === 'tab') return '\t';
  if (separator.length === 1 && separator !== '"') return separator;
  throw wrong(`--separator ${separator}: expected one character, or tab`);
}

function requireDomains(domains: readonly string[], smtputf8: boolean): void {
  for (const domain of domains) {
    const { reason } = readAddress(`postmaster@${domain}`, { smtputf8 });
    if (reason !== undefined) throw wrong(`--domain ${domain}: ${reason}`);
  }
}

function lossOf(allowed: string | true | undefined): number {
  if (allowed === undefined) return DEFAULT_LOSS;
  if (allowed === true) return 1;
  const share = parseShare(allowed);
  if (share !== undefined && share <= 1) return share;
  throw wrong(`--allow-shrink ${allowed}: expected a share from 0% to 100%`);
}

function shownOf({ show }: Options): number {
  if (show === 'all') return Number.POSITIVE_INFINITY;
  if (/^\d{1,9}$/.test(show)) return Number(show);
  throw wrong(`--show ${show}: expected a number, or all`);
}

function intervalOf({ watch, from }: Options): number {
  if (typeof watch === 'string') return durationOf('--watch', watch);
  return from.some(looksLikeLdapUrl) ? LDAP_INTERVAL_MS : FILE_INTERVAL_MS;
}

function durationOf(flag: string, text: string): number {
  const ms = parseDuration(text);
  // A timer of Node's holds 31 bits.
  if (ms !== undefined && ms >= 1 && ms < 2 ** 31) return ms;
  throw wrong(`${flag} ${text}: expected a duration, as in 30s or 5m`);
}

function wrong(message: string): UserError {
  return new UserError(message, {
    exitCode: EXIT.usage,
    hint: 'See blowback recipients build --help.',
  });
}
