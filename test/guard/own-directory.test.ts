import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { admitOwnDirectory } from '../../src/guard/own-directory.ts';

const SOURCE = new URL('../../src/', import.meta.url);

describe("the user's own directory", () => {
  it('may be asked by one file only', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
    const importers = files.filter(
      (file) => file.endsWith('.ts') && /from '.*own-directory\.ts'/.test(read(file)),
    );
    expect(importers).toEqual(['recipients/ldap-source.ts']);
  });

  it.each([
    ['127.0.0.1', true],
    ['::1', true],
    ['192.0.2.7', false],
    ['2001:db8::7', false],
  ])('may be at %s', async (host, isLocal) => {
    expect(await admitOwnDirectory(host)).toEqual({ address: host, isLocal });
  });

  it('is where its name leads to', async () => {
    const lookup = async () => ({ address: '192.0.2.8' });
    const admitted = await admitOwnDirectory('ldap.xman.test', lookup);
    expect(admitted).toEqual({ address: '192.0.2.8', isLocal: false });
  });

  it.each(['0.0.0.0', '224.0.0.1', '255.255.255.255', '::', 'ff02::1'])(
    'is at no address such as %s',
    async (host) => {
      await expect(admitOwnDirectory(host)).rejects.toMatchObject({ exitCode: 4 });
    },
  );

  it('that does not resolve is the environment', async () => {
    const lookup = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    await expect(admitOwnDirectory('ldap.invalid', lookup)).rejects.toMatchObject({
      exitCode: 3,
      message: 'the directory server ldap.invalid does not resolve (ENOTFOUND)',
    });
  });
});

function read(file: string): string {
  return readFileSync(new URL(file, SOURCE), 'utf8');
}
