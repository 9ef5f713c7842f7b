import { expect, test } from 'vitest';
import { parseServices } from '../../src/target/postfix/services.ts';
import { takenPort } from '../../src/target/postfix/taken-ports.ts';

const SINK = 'LISTEN 0 4096 10.77.0.2:25 0.0.0.0:*\nLISTEN 0 511 [::1]:53 [::]:*\n';
const service = (name: string, type = 'inet') => `${name} ${type} n - n - - smtpd`;

const cases: [name: string, lines: string[], taken: RegExp | undefined][] = [
  ['nothing is taken', [service('10.77.0.1:25'), service('submission')], undefined],
  [
    'another server’s port',
    [service('10.77.0.2:25')],
    /port 25 of the service 10\.77\.0\.2:25\/inet/,
  ],
  ['a port at every address', [service('smtp')], /port 25 of the service smtp\/inet is another/],
  ['IPv6', [service('[::1]:53')], /port 53/],
  [
    'two services at one port, by name and by number',
    [service('10.77.0.1:smtp'), service('10.77.0.1:25')],
    /two services of master\.cf have port 25, 10\.77\.0\.1:smtp\/inet and 10\.77\.0\.1:25\/inet/,
  ],
  ['a socket of the same name', [service('10.77.0.2:25', 'unix')], undefined],
];

test.each(cases)('%s', (_name, lines, taken) => {
  const found = takenPort(parseServices(`${lines.join('\n')}\n`), SINK);
  if (taken === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(taken);
});
