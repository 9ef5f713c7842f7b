// The effective configuration for the report: what `postconf -n` and `postconf -M` say, without what is
// new in every run, so that equal tunings read equal, and without passwords.
import { askPostfix } from './ask.ts';
import type { Ground } from './ground.ts';
import type { Layout } from './layout.ts';

/** Ports that differ from run to run: of what we start beside Postfix, and of the link to a server behind it. */
const OWN_PORT = /((?:127\.0\.0\.1|10\.77\.0\.3)\]?):\d+/g;

export async function effectiveConfiguration(ground: Ground, layout: Layout): Promise<string[]> {
  const [settings, services] = await Promise.all([
    askPostfix(ground.command('postconf', ['-n'])),
    askPostfix(ground.command('postconf', ['-M'])),
  ]);
  const lines = [
    ...ground.notes.map((note) => `# laboratory: ${note}`),
    ...settings,
    ...services.map((line) => `master.cf: ${line.replaceAll(/\s+/g, ' ')}`),
  ];
  return lines.map((line) =>
    withoutSecrets(line).replaceAll(layout.directory, '/target').replaceAll(OWN_PORT, '$1:port'),
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
