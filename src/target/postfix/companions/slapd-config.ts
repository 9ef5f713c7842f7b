// What a directory of mailboxes is made of: slapd's configuration, its entries, and Postfix' table that
// asks it. Pure.
import { PORTS } from './companion.ts';

const BASE = 'cn=mailboxes';

/**
 * The schema is its own, so that the machine's directory, its schemas included, has no part in it: `mail`
 * as in RFC 4524, the class from OpenLDAP's arc for experiments.
 */
export function slapdConf(database: string, modules: string | undefined): string {
  const lines = [
    ...(modules === undefined ? [] : [`modulepath ${modules}`, 'moduleload back_mdb']),
    "attributetype ( 0.9.2342.19200300.100.1.3 NAME 'mail' EQUALITY caseIgnoreIA5Match SYNTAX 1.3.6.1.4.1.1466.115.121.1.26{256} )",
    "objectclass ( 1.3.6.1.4.1.4203.666.1.1 NAME 'mailbox' SUP top STRUCTURAL MUST cn MAY mail )",
    'loglevel none',
    'tool-threads 2',
    'database mdb',
    `directory ${database}`,
    `suffix "${BASE}"`,
    'maxsize 1073741824',
    // It lies on a tmpfs and does not outlive its run.
    'dbnosync',
    'index mail eq',
    // Every search asks for referrals as well: without this one slapd would look at all entries.
    'index objectClass eq',
  ];
  return `${lines.join('\n')}\n`;
}

/** LDIF (RFC 2849). The names are numbers: an address in a name would need escapes. */
export function mailboxEntries(addresses: readonly string[]): string {
  const root = `dn: ${BASE}\nobjectClass: mailbox\ncn: mailboxes\n`;
  const entries = addresses.map(
    (address, i) => `\ndn: cn=${i},${BASE}\nobjectClass: mailbox\ncn: ${i}\nmail: ${address}\n`,
  );
  return root + entries.join('');
}

/**
 * ldap_table(5). After the address Postfix asks for `@domain`: a filter with %u, the local part, has none of
 * those sent. No bind: it costs a round trip for each connection, not for each look-up.
 */
export function ldapTable(): string {
  return `server_host = ldap://127.0.0.1:${PORTS.ldap}
version = 3
bind = no
timeout = 10
search_base = ${BASE}
scope = one
query_filter = (mail=%u@%d)
result_attribute = mail
`;
}
