import { describe, expect, it } from 'vitest';
import { ldapServerName, parseLdapUrl } from '../../src/world/ldap-url.ts';

const PLAIN = {
  scheme: 'ldap',
  host: 'h',
  port: 389,
  base: '',
  attributes: [],
  scope: undefined,
  filter: '(objectClass=*)',
} as const;

describe('an LDAP URL', () => {
  it.each([
    ['ldap://h', {}],
    ['LDAP://h/', {}],
    ['ldaps://h', { scheme: 'ldaps', port: 636 }],
    ['ldap://h:3899/dc=x', { port: 3899, base: 'dc=x' }],
    ['ldap:///dc=x', { host: '', base: 'dc=x' }],
    ['ldap://[2001:db8::7]:400/', { host: '2001:db8::7', port: 400 }],
    [
      'ldap://h/ou=a%20b,dc=x?mail,cn;lang-de',
      { base: 'ou=a b,dc=x', attributes: ['mail', 'cn;lang-de'] },
    ],
    ['ldap://h/?mail?SUB', { attributes: ['mail'], scope: 'sub' }],
    ['ldap://h/???(cn=a%3fb)', { filter: '(cn=a?b)' }],
    ['ldap://h/??one?mail=*', { scope: 'one', filter: '(mail=*)' }],
    ['ldap://h/???(mail=%s)', { filter: '(mail=%s)' }],
    ['ldap://h/????x-unknown=1', {}],
    ['ldapi://%2Frun%2Fslapd/', { scheme: 'ldapi', host: '/run/slapd', port: 0 }],
  ])('%s is read', (url, parts) => {
    expect(parseLdapUrl(url)).toEqual({ ...PLAIN, ...parts });
  });

  it.each([
    ['http://h', /expected ldap:/],
    ['ldap:h', /expected ldap:/],
    ['ldap://h:99999', /no port 99999/],
    ['ldap://a:b:c', /a:b:c is no host:port/],
    ['ldap://h/?ma il', /ma il is no name/],
    ['ldap://h/??all', /base, one or sub, not all/],
    ['ldap://h/???(&(a=b)', /parentheses/],
    ['ldap://h/????!bindname=x', /!bindname=x is not supported/],
    ['ldap://h/?????', /four question marks/],
    ['ldap://h/%ff', /not UTF-8/],
  ])('%s is refused with the reason', (url, words) => {
    expect(() => parseLdapUrl(url)).toThrow(words);
  });

  it('names its server without what is asked of it', () => {
    expect(ldapServerName(parseLdapUrl('ldap://[::1]/dc=x?mail'))).toBe('ldap://[::1]:389');
  });
});
