// The effective configurations of two variants held against each other: settings by their names,
// services of master.cf by theirs.
import type { VariantFacts } from '../result/result.ts';
import { serviceIdentity } from '../tuning/service-ports.ts';
import { plural } from './format.ts';
import type { Study } from './study.ts';

export interface DiffLine {
  readonly sign: '-' | '+';
  readonly text: string;
  readonly kind: 'added' | 'removed' | 'changed';
}

const SERVICE = 'master.cf: ';
const NOTE = '# laboratory: ';

/** In the variant's order, each with the baseline's line before it; what only the baseline has comes last. */
export function configurationDiff(base: VariantFacts, variant: VariantFacts): DiffLine[] {
  const before = byKey(base.configuration);
  const after = byKey(variant.configuration);
  const changed = [...after].flatMap(([key, text]): DiffLine[] => {
    const old = before.get(key);
    if (old !== undefined && plain(old) === plain(text)) return [];
    if (old === undefined) return [{ sign: '+', text, kind: 'added' }];
    return [
      { sign: '-', text: old, kind: 'changed' },
      { sign: '+', text, kind: 'changed' },
    ];
  });
  const gone = [...before].filter(([key]) => !after.has(key));
  return [...changed, ...gone.map(([, text]): DiffLine => ({ sign: '-', text, kind: 'removed' }))];
}

/** `2 settings changed, 1 service removed`. */
export function countWords(diff: readonly DiffLine[]): string {
  const parts = (['changed', 'added', 'removed'] as const).flatMap((kind) =>
    (['setting', 'service'] as const).map((what) => {
      const lines = diff.filter(
        (line) => line.kind === kind && isService(line) === (what === 'service'),
      );
      const count = kind === 'changed' ? lines.length / 2 : lines.length;
      return count === 0 ? '' : `${plural(count, what)} ${kind}`;
    }),
  );
  return parts.filter((part) => part !== '').join(', ');
}

/** Up to so many services are told line by line among the settings. */
const FEW_SERVICES = 6;

export interface Differences {
  /** To be shown as they are. */
  readonly lines: readonly DiffLine[];
  /** Where one master.cf is another's: which services only one of them has, and all the rest for whoever asks. */
  readonly services?: { readonly words: string; readonly lines: readonly DiffLine[] };
}

/** Two whole master.cf differ in each line: few of these tell anything. */
export function differences(base: VariantFacts, variant: VariantFacts): Differences {
  const diff = configurationDiff(base, variant);
  const services = diff.filter(isService);
  const names = (kind: DiffLine['kind'], sign: DiffLine['sign']) =>
    services.filter((line) => line.kind === kind && line.sign === sign).map(serviceName);
  const changed = names('changed', '+');
  const [added, removed] = [names('added', '+'), names('removed', '-')];
  if (changed.length + added.length + removed.length <= FEW_SERVICES) return { lines: diff };
  const only = [
    [variant.name, added],
    [base.name, removed],
  ] as const;
  const parts = [
    ...(changed.length > 0 ? [`${plural(changed.length, 'service')} changed`] : []),
    ...only.flatMap(([who, some]) =>
      some.length > 0 ? [`only in ${who}: ${some.join(', ')}`] : [],
    ),
  ];
  return {
    lines: diff.filter((line) => !isService(line)),
    services: { words: `master.cf: ${parts.join('; ')}`, lines: services },
  };
}

function isService({ text }: DiffLine): boolean {
  return text.startsWith(SERVICE);
}

/** `smtp/inet` */
function serviceName({ text }: DiffLine): string {
  return serviceOf(text)?.name ?? '';
}

function serviceOf(line: string): { readonly name: string; readonly rest: string } | undefined {
  if (!line.startsWith(SERVICE)) return undefined;
  const [name = '', type = '', ...rest] = line.slice(SERVICE.length).split(' ');
  return { name: `${name}/${type}`, rest: rest.join(' ') };
}

/** A port reads the same by its name and by its number. */
function plain(line: string): string {
  const service = serviceOf(line);
  return service ? `${serviceIdentity(service.name)} ${service.rest}` : line;
}

/** What the laboratory had to add, in any variant; each once. */
export function laboratoryNotes({ result }: Pick<Study, 'result'>): string[] {
  const notes = result.variants.flatMap(({ configuration }) =>
    configuration.filter((line) => line.startsWith(NOTE)).map((line) => line.slice(NOTE.length)),
  );
  return [...new Set(notes)];
}

/** A key that occurs twice keeps both lines. */
function byKey(configuration: readonly string[]): Map<string, string> {
  const lines = new Map<string, string>();
  for (const line of configuration) {
    if (line.startsWith(NOTE)) continue;
    const key = keyOf(line);
    lines.set(lines.has(key) ? `${key} #${lines.size}` : key, line);
  }
  return lines;
}

/** A service is named by its first two fields, a setting by what stands before the equals sign. */
function keyOf(line: string): string {
  const { name } = serviceOf(line) ?? {};
  if (name !== undefined) return SERVICE + serviceIdentity(name);
  return line.split('=', 1)[0]?.trim() ?? line;
}
