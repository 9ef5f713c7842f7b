// master.cf as services: reading, finding the entrance, changing lines in their place.
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  findEntrance,
  overrideOf,
  parseService,
  parseServices,
  renderService,
  type Service,
  withoutOverride,
  withServices,
} from '../../src/target/postfix/services.ts';

const MASTER = `# comment
smtp      inet  n       -       y       -       -       smtpd
  -o smtpd_hard_error_limit=9
# in between
  -o { smtpd_banner = a b }
#submission inet n - y - - smtpd

pickup    unix  n       -       y       60      1       pickup
`;

function service(line: string): Service {
  const found = parseService(line);
  if (!found) throw new Error(`no service: ${line}`);
  return found;
}

describe('master.cf', () => {
  it('is read over continued lines, comments between them included', () => {
    expect(parseServices(MASTER).map(renderService)).toEqual([
      'smtp inet n - y - - smtpd -o smtpd_hard_error_limit=9 -o { smtpd_banner = a b }',
      'pickup unix n - y 60 1 pickup',
    ]);
  });

  it('keeps the numbers of all lines when a service is changed, removed or added', () => {
    const changed = withServices(MASTER, {
      '25/inet': 'smtp inet n - n - 5 smtpd',
      'pickup/unix': '',
      'new/unix': 'new unix n - n - 1 new',
    });
    expect(changed.split('\n')).toEqual([
      '# comment',
      'smtp inet n - n - 5 smtpd',
      '#',
      '# in between',
      '#',
      '#submission inet n - y - - smtpd',
      '',
      '',
      'new unix n - n - 1 new',
      '',
    ]);
  });

  it('is the same text when nothing is changed', () => {
    const line = fc.constantFrom(
      '# c',
      '',
      'a inet n - n - - smtpd',
      '  -o b=c',
      'x unix n',
      '  # d',
    );
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), (lines) => {
        const text = `${lines.join('\n')}\n`;
        expect(withServices(text, {})).toBe(text);
      }),
    );
  });
});

describe('the entrance', () => {
  it.each<[string, readonly string[], string | undefined]>([
    ['port 25 by name', ['smtp inet n - y - - smtpd', '2525 inet n - n - - smtpd'], '25 smtp'],
    ['by number and address', ['10.77.0.1:25 inet n - n - - smtpd'], '25 10.77.0.1:25'],
    ['postscreen', ['smtp inet n - y - 1 postscreen', 'smtpd pass - - y - - smtpd'], '25 smtpd'],
    ['the only other port', ['2525 inet n - n - - smtpd'], '2525 2525'],
    ['none of two others', ['2525 inet n - n - - smtpd', '26 inet n - n - - smtpd'], undefined],
    [
      'not where users hand in',
      ['submission inet n - y - - smtpd', '465 inet n - y - - smtpd'],
      undefined,
    ],
    [
      'not on loopback',
      ['127.0.0.1:25 inet n - n - - smtpd', 'localhost:26 inet n - n - - smtpd'],
      undefined,
    ],
    ['no client of the same name', ['smtp unix - - y - - smtp'], undefined],
  ])('is %s', (_title, lines, expected) => {
    const found = findEntrance(lines.map(service));
    const words = found && `${found.port} ${found.workers.map(({ name }) => name).join()}`;
    expect(words).toBe(expected);
  });
});

describe('-o', () => {
  const own = service('smtp inet n - y - - smtpd -o a=1 -o { b = 2 3 } -v -o stress=yes -o a=4');

  it.each([
    ['a', '4'],
    ['b', '2 3'],
    ['stress', 'yes'],
    ['c', undefined],
  ])('%s says %s', (name, value) => expect(overrideOf(own, name)).toBe(value));

  it('is left out by name, and everything else stays', () => {
    expect(withoutOverride(own, new Set(['a', 'b'])).args).toBe('-v -o stress=yes');
    expect(withoutOverride(own, new Set(['c'])).args).toBe(own.args);
  });
});
