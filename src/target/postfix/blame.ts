// Where in a configuration of the user's the fault lies that Postfix complains of.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import type { ConfigSource } from '../../tuning/tuning.ts';
import { sourceName, takeSource } from './config-source.ts';
import { REFUSED } from './refused.ts';

/** The same error, with the line that Postfix means where it can be found. */
export function accused(error: unknown, source: ConfigSource): unknown {
  if (!(error instanceof UserError) || error.message.startsWith('config ')) return error;
  // Not where the copy lies.
  const message = error.message.replaceAll(/[^\s:]*\/target-\w+\/conf\//g, '');
  const place = blame(message, filesOf(source));
  const where = place === undefined ? '' : `\n  ${place}`;
  return new UserError(`config ${sourceName(source)}: ${message}${where}`, {
    exitCode: error.exitCode,
    hint: error.message.startsWith(REFUSED) ? advise(error.message) : error.hint,
    cause: error,
  });
}

interface File {
  readonly name: string;
  readonly text: string;
}

function filesOf(source: ConfigSource): File[] {
  try {
    const directory = takeSource(source);
    return ['main.cf', 'master.cf'].map((name) => ({
      name,
      text: readFileSync(join(directory, name), 'utf8'),
    }));
  } catch {
    return [];
  }
}

/** The line that Postfix' words name: by its number, a text in quotes, a file's path or a parameter. Pure. */
export function blame(said: string, files: readonly File[]): string | undefined {
  const numbered = /\b(main|master)\.cf[:,] line (\d+)/.exec(said);
  if (numbered) return quoteLine(files, `${numbered[1]}.cf`, Number(numbered[2]));
  const texts = [...said.matchAll(/"([^"]{3,})"/g)].map(([, text = '']) => text);
  const paths = [...said.matchAll(/\/[\w./+-]+/g)].map(([path]) => path);
  const tables = paths.map((path) => path.replace(/\.(db|cdb|lmdb)$/, '')).filter(isTelling);
  const servers = [...said.matchAll(/[\w.-]+:\d{1,5}\b/g)].map(([server]) => server);
  const names = new Set(said.match(/\w+/g));
  const looks: readonly ((line: string) => boolean)[] = [
    (line) => texts.some((text) => squeeze(line).includes(squeeze(text))),
    (line) => tables.some((path) => line.includes(path)),
    (line) => servers.some((server) => line.includes(server)),
    (line) => names.has(/^(\w+)\s*=/.exec(line)?.[1] ?? ''),
  ];
  for (const look of looks) {
    for (const { name, text } of files) {
      // Of a setting that stands twice the last one holds.
      const at = text.split('\n').findLastIndex((line) => !line.startsWith('#') && look(line));
      if (at >= 0) return quoteLine(files, name, at + 1);
    }
  }
  return undefined;
}

function isTelling(path: string): boolean {
  return path.lastIndexOf('/') > 0;
}

function squeeze(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}

function quoteLine(files: readonly File[], name: string, line: number): string | undefined {
  const text = files.find((file) => file.name === name)?.text.split('\n')[line - 1];
  return text === undefined ? undefined : `${name}:${line}: ${text.trim().slice(0, 200)}`;
}

const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /no local interface found|Cannot assign requested address/,
    'The laboratory has no address but 10.77.0.1: change it for the run with --set target.tuning.postfix.inet_interfaces=all',
  ],
  [
    /is unavailable\. open .*No such file|table .*: No such file/,
    'Build the table with postmap before, or leave the setting out for the run: --set target.tuning.postfix.<name>=…',
  ],
  [
    /there is no \S+ for the service/,
    'Install the package that has it, or leave the service out for the run: postfix: {master: {<name>/<type>: ""}}',
  ],
  [/Address already in use/, 'Two services of master.cf listen on the same port.'],
  [
    /unsupported dictionary type/,
    'This machine lacks the package of that table type, such as postfix-cdb, postfix-ldap or postfix-mysql.',
  ],
];

function advise(said: string): string | undefined {
  return (
    ADVICE.find(([pattern]) => pattern.test(said))?.[1] ??
    'The configuration is run as it is: what it needs beside its own files must be installed here, and the only servers in the laboratory are those of the scenario. Single settings can be changed for the run: --set target.tuning.postfix.<name>=…'
  );
}
