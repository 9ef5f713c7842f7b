// Debian's stock configuration of Postfix, as its package makes it on a mail server, from the files of the
// installed package.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PACKAGE = '/usr/share/postfix';
const FILES = ['main.cf.debian', 'master.cf.dist'] as const;

/** What the package's installation asks about, answered for an internet site. */
const ANSWERS = `
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated defer_unauth_destination
myhostname = mx.stock.test
alias_maps = hash:/etc/aliases
alias_database = hash:/etc/aliases
mydestination = $myhostname, stock.test, localhost.localdomain, localhost
relayhost =
mynetworks = 127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128
mailbox_size_limit = 0
recipient_delimiter = +
inet_interfaces = all
inet_protocols = all
`;

export function hasStockConfiguration(): boolean {
  return FILES.every((name) => existsSync(join(PACKAGE, name)));
}

export interface Edits {
  /** Lines added to main.cf. */
  readonly main?: string;
  readonly master?: (text: string) => string;
  /** More files, by their paths in the directory. */
  readonly files?: Readonly<Record<string, string>>;
}

export function writeStock(directory: string, edits: Edits = {}): string {
  const [main, master] = FILES.map((name) => readFileSync(join(PACKAGE, name), 'utf8'));
  const files: Record<string, string> = {
    'main.cf': `${main}${ANSWERS}${edits.main ?? ''}\n`,
    'master.cf': edits.master?.(master ?? '') ?? master ?? '',
    ...edits.files,
  };
  for (const [name, text] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return directory;
}
