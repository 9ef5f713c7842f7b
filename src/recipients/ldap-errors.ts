// What a directory server's failures are called: what LDAP's result codes (RFC 4511, appendix A) and the
// network's errors mean for somebody who wants a list of addresses.
import { EXIT, UserError } from '../errors.ts';
import { type LdapUrl, ldapServerName } from '../world/ldap-url.ts';

interface Meaning {
  readonly what: string;
  readonly hint?: string;
}

const LIMIT =
  'It gives nobody all entries without leave: sign in with --bind-dn, or raise its limit (OpenLDAP: limits … size=unlimited).';

const RESULTS: Readonly<Record<number, Meaning>> = {
  3: { what: 'its limit of time is reached', hint: LIMIT },
  4: { what: 'its limit of entries is reached', hint: LIMIT },
  8: { what: 'it wants to know who asks', hint: 'Sign in with --bind-dn.' },
  10: { what: 'it refers to another server', hint: 'Name that server in the URL.' },
  11: { what: 'its administrative limit is reached', hint: LIMIT },
  13: { what: 'it wants encryption', hint: 'Use ldaps:// or --starttls.' },
  32: { what: 'there is no such base', hint: 'Compare the URL with the entries of the server.' },
  34: { what: 'it cannot read the base', hint: 'As in ou=people,dc=xman,dc=test.' },
  48: { what: 'it does not take a simple sign-in' },
  49: { what: 'the name or the password of --bind-dn is wrong' },
  50: { what: 'whoever signs in may not read that' },
  51: { what: 'it is busy' },
  52: { what: 'it is unavailable' },
  53: { what: 'it is unwilling', hint: 'It may want a sign-in with --bind-dn, or encryption.' },
};

/** @param error what ldapts has thrown: a result code, the network's, or its own time-out */
export function directoryError(url: LdapUrl, error: unknown): UserError {
  const { code, message } = error as { code?: unknown; message: string };
  const result = typeof code === 'number' ? RESULTS[code] : undefined;
  const base = code === 32 ? ` ${url.base}` : '';
  return new UserError(`${ldapServerName(url)}: ${result?.what ?? oneLine(message)}${base}`, {
    exitCode: EXIT.environment,
    hint: result?.hint,
    cause: error,
  });
}

export function incomplete(url: LdapUrl): UserError {
  return new UserError(`${ldapServerName(url)}: it ended without giving all of its entries`, {
    exitCode: EXIT.environment,
    hint: 'It sent an empty page and had more to tell: a filter by which it finds entries sooner may help.',
  });
}

function oneLine(message: string): string {
  return message.replace(/\s+/g, ' ').trim();
}
