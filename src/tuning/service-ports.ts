// The names of mail's ports: `smtp/inet` and `25/inet` of master.cf are one service. Pure: a report is read
// on other machines than the one whose /etc/services named them.

/** As IANA has them, and Debian's /etc/services. */
const PORTS: Readonly<Record<string, string>> = {
  lmtp: '24',
  smtp: '25',
  mail: '25',
  smtps: '465',
  submissions: '465',
  ssmtp: '465',
  urd: '465',
  submission: '587',
  qmqp: '628',
};

/** `25` of `smtp`; any other word as it is. */
export function portNumber(name: string): string {
  return PORTS[name] ?? name;
}

/** What tells services of master.cf apart, by `name/type`: `10.0.0.1:25/inet` of `10.0.0.1:smtp/inet`. */
export function serviceIdentity(key: string): string {
  const [, host = '', port = '', type = ''] = /^(.*:)?([^:/]+)\/(inet)$/.exec(key) ?? [];
  return port === '' ? key : `${host}${portNumber(port)}/${type}`;
}
