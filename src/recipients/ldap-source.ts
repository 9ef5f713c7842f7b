// A directory: every value of the attributes of its URL, page by page, by one connection that only reads.
// The server is the user's own (guard/own-directory.ts).
import type { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { Client, type Entry, FilterParser, PagedResultsControl, SearchResponse } from 'ldapts';
import { EXIT, UserError } from '../errors.ts';
import { admitOwnDirectory } from '../guard/own-directory.ts';
import { type LdapUrl, ldapServerName, parseLdapUrl } from '../world/ldap-url.ts';
import { directoryError, incomplete } from './ldap-errors.ts';
import type { Source, Taker } from './source.ts';

/** Active Directory gives no larger pages than 1000; OpenLDAP's limit for who has not signed in is 500. */
const PAGE_ENTRIES = 500;

export interface LdapOptions {
  /** Who signs in; undefined: nobody. */
  readonly bind: { readonly dn: string; readonly password: string } | undefined;
  readonly startTls: boolean;
  /** A password may cross the network in clear. */
  readonly cleartext: boolean;
  /** PEM, of certificates' authorities besides those of Node.js. */
  readonly caFile: string | undefined;
  /** For the connection, and for each page. */
  readonly timeoutMs: number;
}

/** @throws UserError (2) when the URL or its filter is wrong. */
export function ldapSource(text: string, options: LdapOptions): Source {
  const url = parseLdapUrl(text);
  if (url.scheme === 'ldapi') {
    throw new UserError(`${text}: ldapi is not supported`, {
      exitCode: EXIT.usage,
      hint: 'Use ldap://127.0.0.1/…, on which the same server usually listens as well.',
    });
  }
  requireFilter(url);
  return {
    name: text,
    placeOf: (place) => String(place),
    read: (taker, signal) => readDirectory(url, options, taker, signal),
  };
}

function requireFilter({ filter }: LdapUrl): void {
  try {
    FilterParser.parseString(filter);
  } catch (cause) {
    const why = (cause as Error).message;
    throw new UserError(`the filter ${filter} cannot be read: ${why}`, {
      exitCode: EXIT.usage,
      hint: 'As in (&(objectClass=person)(mail=*)) (RFC 4515).',
      cause,
    });
  }
}

async function readDirectory(
  url: LdapUrl,
  options: LdapOptions,
  taker: Taker,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const client = await connectionTo(url, options);
  let stop: () => void = () => undefined;
  // A connection that is closed while it is being made would never tell: hence the race.
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
  });
  signal.addEventListener('abort', stop);
  try {
    await Promise.race([stopped, readAll(client, url, options, taker)]);
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof UserError ? error : directoryError(url, error);
  } finally {
    signal.removeEventListener('abort', stop);
    // Its farewell may fail on a connection that is lost: nobody minds.
    await client.unbind().catch(() => undefined);
  }
}

async function connectionTo(url: LdapUrl, options: LdapOptions): Promise<Client> {
  const host = url.host === '' ? 'localhost' : url.host;
  const { address, isLocal } = await admitOwnDirectory(host);
  const isSafe = isLocal || url.scheme === 'ldaps' || options.startTls || options.cleartext;
  if (options.bind && !isSafe) {
    throw new UserError(`the password would cross the network to ${host} in clear`, {
      exitCode: EXIT.usage,
      hint: 'Use ldaps:// or --starttls; --cleartext if that is as you want it.',
    });
  }
  const client = new Client({
    url: `${url.scheme}://directory:${url.port}`,
    timeout: options.timeoutMs,
    connectTimeout: options.timeoutMs,
    ...(url.scheme === 'ldaps' ? { tlsOptions: tlsOptions(host, options) } : {}),
  });
  // To the address that was admitted. ldapts takes it from its URL only, where it misreads IPv6 addresses.
  Reflect.set(client, 'host', address);
  return client;
}

function tlsOptions(host: string, { caFile }: LdapOptions) {
  const isName = !/^[\d.]+$|:/.test(host);
  return {
    ...(isName ? { servername: host } : {}),
    ...(caFile === undefined ? {} : { ca: readAuthorities(caFile) }),
  };
}

function readAuthorities(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const message = `cannot read the certificates in ${path}: ${(cause as Error).message}`;
    throw new UserError(message, { exitCode: EXIT.environment, cause });
  }
}

async function readAll(
  client: Client,
  url: LdapUrl,
  options: LdapOptions,
  taker: Taker,
): Promise<void> {
  if (options.startTls) {
    const host = url.host === '' ? 'localhost' : url.host;
    await client.startTLS({ host, ...tlsOptions(host, options) });
  }
  if (options.bind) await client.bind(options.bind.dn, options.bind.password);
  const cookie = lastCookie(client);
  const references = new Set<string>();
  const pages = client.searchPaginated(url.base, {
    scope: url.scope ?? 'base',
    filter: url.filter,
    attributes: url.attributes.length > 0 ? [...url.attributes] : ['mail'],
    paged: { pageSize: PAGE_ENTRIES },
  });
  for await (const { searchEntries, searchReferences } of pages) {
    for (const entry of searchEntries) takeEntry(entry, taker);
    for (const reference of searchReferences) references.add(reference);
  }
  if (cookie().length > 0) throw incomplete(url);
  for (const reference of references) {
    taker.refuse(reference, ldapServerName(url), 'a referral to another server, not followed');
  }
}

/**
 * What the server has said last of how it goes on: nothing when all is told (RFC 2696). ldapts takes a page
 * without entries for the last one, which the RFC does not promise.
 */
function lastCookie(client: Client): () => Buffer {
  let cookie = Buffer.alloc(0);
  const parser = Reflect.get(client, 'messageParser') as EventEmitter;
  parser.on('message', (message: unknown) => {
    if (!(message instanceof SearchResponse)) return;
    const paging = message.controls?.find((control) => control instanceof PagedResultsControl);
    cookie = Buffer.from(paging?.value?.cookie ?? []);
  });
  return () => cookie;
}

function takeEntry({ dn, ...attributes }: Entry, taker: Taker): void {
  let values = 0;
  for (const [name, value] of Object.entries(attributes)) {
    const all = Array.isArray(value) ? value : [value];
    for (const one of all) takeValue(one.toString(), dn, taker);
    values += all.length;
    // Active Directory's way to give the first 1,500 values only.
    if (/;range=\d+-\d+$/i.test(name))
      taker.refuse(name, dn, 'the server gives only some of its values');
  }
  if (values === 0) taker.skip();
}

/** Exchange's proxyAddresses say of what kind they are: `SMTP:` the main one, `smtp:` the others. */
function takeValue(value: string, dn: string, taker: Taker): void {
  const kind = /^([a-z][a-z0-9-]*):/i.exec(value)?.[1];
  if (kind === undefined) taker.take(value.trim(), dn);
  else if (kind.toLowerCase() === 'smtp') taker.take(value.slice(kind.length + 1).trim(), dn);
  else taker.skip();
}
