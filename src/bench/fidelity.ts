// `npm run fidelity [-- <messages> <file>]`: shows the messages of every sender to bounce parsers that
// others wrote, measures their sizes, and writes docs/fidelity.md; `-` for standard output.

import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  BOUNCE_PARSER,
  isInstalled,
  MAILMAN,
  SISIMAI,
  SPAMASSASSIN,
  versionOf,
} from './fidelity/judges.ts';
import { type Column, judgeSender, type Sizes, sizesOf } from './fidelity/measure.ts';
import { renderPage } from './fidelity/page.ts';
import { MIXES, SENDERS } from './fidelity/senders.ts';

const PAGE = fileURLToPath(new URL('../../docs/fidelity.md', import.meta.url));
const SIZE_MESSAGES = 10_000;
const COLUMNS: readonly Column[] = [
  { judge: MAILMAN, title: 'Mailman', returnPath: true },
  { judge: BOUNCE_PARSER, title: 'BounceParser', returnPath: true },
  { judge: SISIMAI, title: 'Sisimai', returnPath: true },
  { judge: SPAMASSASSIN, title: 'VBounce', returnPath: true },
  { judge: SPAMASSASSIN, title: 'VBounce, by content', returnPath: false },
];

const [count = '500', file = PAGE] = process.argv.slice(2);
const messages = Number(count);
if (!Number.isInteger(messages) || messages < 1)
  throw new Error(`${count} is no count of messages`);

const judges = [...new Set(COLUMNS.map(({ judge }) => judge))].map((judge) => ({
  ...judge,
  installed: isInstalled(judge),
  version: versionOf(judge),
}));
for (const { name, debianPackage, installed } of judges) {
  if (!installed) console.error(`not asked: ${name}; apt-get install ${debianPackage}`);
}
const columns = COLUMNS.filter(({ judge }) =>
  judges.some(({ script, installed }) => installed && script === judge.script),
);

const rates = [];
const sizes: Record<string, Sizes> = {};
for (const sender of SENDERS) {
  console.error(sender.name);
  rates.push({ sender, rates: await judgeSender(sender, columns, messages) });
  if (sender.group === 'bounces') sizes[sender.name] = await sizesOf(sender, SIZE_MESSAGES);
}
for (const mix of MIXES) sizes[mix.name] = await sizesOf(mix, SIZE_MESSAGES);

const page = renderPage({ messages, sizeMessages: SIZE_MESSAGES, judges, columns, rates, sizes });
if (file === '-') process.stdout.write(page);
else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}
