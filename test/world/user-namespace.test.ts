// What a user who is not root must have for a laboratory, and what is said where it is missing.
import { userInfo } from 'node:os';
import { describe, expect, it } from 'vitest';
import { idsAreMapped, requireUserNamespace } from '../../src/world/user-namespace.ts';

const { username, uid } = userInfo();

function messageFor(files: Readonly<Record<string, string>>): string | undefined {
  try {
    requireUserNamespace(
      (file) => files[file] ?? '',
      () => undefined,
    );
    return undefined;
  } catch (error) {
    const { message, hint, exitCode } = error as Error & { hint: string; exitCode: number };
    expect(exitCode).toBe(3);
    expect(hint).toMatch(/sudo, or try --target embedded/);
    return `${message}. ${hint}`;
  }
}

const both = (text: string) => ({ '/etc/subuid': text, '/etc/subgid': text });

describe('a user namespace for a laboratory', () => {
  it.each([
    ['a range by name', both(`other:1:70000\n${username}:100000:65536\n`)],
    ['a range by number', both(`${uid}:100000:65536\n`)],
  ])('is possible with %s', (_what, files) => {
    expect(messageFor(files)).toBeUndefined();
  });

  it.each([
    ['no range', both('other:100000:65536\n'), /subuid grants .*usermod --add-subuids/],
    ['a small range', both(`${username}:100000:10\n`), /subuid grants/],
    [
      'ids for users but not for groups',
      { '/etc/subuid': `${username}:100000:65536\n` },
      /subgid grants/,
    ],
    [
      'a kernel that forbids it',
      { ...both(`${username}:1:65536`), '/proc/sys/kernel/unprivileged_userns_clone': '0\n' },
      /root only.*unprivileged_userns_clone=1/,
    ],
    [
      'a kernel without any',
      { ...both(`${username}:1:65536`), '/proc/sys/user/max_user_namespaces': '0\n' },
      /max_user_namespaces is 0/,
    ],
  ])('is not possible with %s', (_what, files, words) => {
    expect(messageFor(files)).toMatch(words);
  });

  it('knows where only some ids are mapped', () => {
    expect(idsAreMapped('         0          0 4294967295\n')).toBe(false);
    expect(
      idsAreMapped('         0       1000          1\n         1     100000      65536\n'),
    ).toBe(true);
    expect(idsAreMapped('')).toBe(false);
  });
});
