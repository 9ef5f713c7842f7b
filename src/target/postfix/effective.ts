// The effective configuration for the report: what `postconf -n` and `postconf -M` say, without what is
// new in every run, so that equal tunings read equal, and without passwords.
import { askPostfix, hearPostfix } from './ask.ts';
import type { Ground } from './ground.ts';
import type { Layout } from './layout.ts';

/** Ports that differ from run to run: of what we start beside Postfix, and of the link to a server behind it. */
const OWN_PORT = /((?:127\.0\.0\.1|10\.77\.0\.3)\]?):\d+/g;

export interface Effective {
  readonly lines: string[];
  /** A sentence for each setting that Postfix leaves out of it, since nothing reads it. */
  readonly unused: string[];
}

export async function effectiveConfiguration(ground: Ground, layout: Layout): Promise<Effective> {
  const [settings, services] = await Promise.all([
    hearPostfix(ground.command('postconf', ['-n'])),
    askPostfix(ground.command('postconf', ['-M'])),
  ]);
  const lines = [
    ...ground.notes.map((note) => `# laboratory: ${note}`),
    ...settings.lines,
    ...services.map((line) => `master.cf: ${line.replaceAll(/\s+/g, ' ')}`),
  ];
  return {
    lines: lines.map((line) =>
      withoutSecrets(line).replaceAll(layout.directory, '/target').replaceAll(OWN_PORT, '$1:port'),
    ),
    unused: unusedSettings(settings.errors),
  };
}

const UNUSED = /: warning: \S*\b(main|master)\.cf: unused parameter: ([^\s=]+)/;

/** From what `postconf -n` warns of. The value is left out: it may be a password. Pure. */
export function unusedSettings(errors: readonly string[]): string[] {
  const settings = errors.flatMap((line) => {
    const [, file, name] = UNUSED.exec(line) ?? [];
    return file && name ? [`${file}.cf: ${name}`] : [];
  });
  return [...new Set(settings)].map(
    (setting) => `${setting} is no parameter of this Postfix and has no effect.`,
  );
}

/** The names of parameters, also those of tables that main.cf itself configures (ldap_table(5)). */
const SECRET = /^\w*(?:password|passwd|passphrase|secret|bind_pw)$/;
const HIDDEN = '(not shown)';

/** `-o name=value` and `-o {name = value}`; the value may have braces of its own. */
const OPTION = /-o \{\s*(\w+)\s*=\s*((?:[^{}]|\{[^{}]*\})*)\}|-o (\w+)=(\S*)/g;

/** Tables are files and not shown at all; those that stand in the setting itself are. */
export function withoutSecrets(line: string): string {
  if (!line.startsWith('master.cf: ')) {
    const [name = '', ...rest] = line.split(' = ');
    return rest.length === 0 ? line : `${name} = ${hide(name, rest.join(' = '))}`;
  }
  const shown = (_: string, braced = '', inBraces = '', plain = '', value = ''): string =>
    braced === ''
      ? `-o ${plain}=${hide(plain, value)}`
      : `-o {${braced} = ${hide(braced, inBraces.trim())}}`;
  return line.replaceAll(OPTION, shown);
}

function hide(name: string, value: string): string {
  if (SECRET.test(name)) return HIDDEN;
  if (!name.includes('password')) return value;
  return value.replaceAll(
    /\b(inline|static):(?:\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}|\S+)/g,
    `$1:${HIDDEN}`,
  );
}
