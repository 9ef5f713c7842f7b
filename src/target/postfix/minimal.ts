// Prepares our own minimal configuration, which holds the tuning and nothing else.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeCertificate } from '../../world/certificate.ts';
import type { Site } from '../target.ts';
import { backDate } from './back-date.ts';
import type { Companions } from './companions/registry.ts';
import type { Ground } from './ground.ts';
import type { Layout } from './layout.ts';
import { hostName, mainCf, renderMainCf } from './main-cf.ts';
import { compileTables, writeTables } from './maps.ts';
import { PORT, renderMasterCf, somaxconn } from './master-cf.ts';
import { trustedCopies } from './trusted-copies.ts';

export async function prepareMinimal(
  site: Site,
  layout: Layout,
  companions: Companions,
): Promise<Ground> {
  const { conf } = layout;
  const added = companions.gives(conf);
  writeFiles(conf, companions.files);
  const tables = writeTables(site, conf, added);
  const settings = {
    ...(await trustedCopies(layout.directory)),
    ...mainCf(site, layout, tables, added),
  };
  writeFileSync(join(conf, 'main.cf'), renderMainCf(settings));
  writeFileSync(join(conf, 'master.cf'), renderMasterCf(site.tuning, added.master));
  if (site.tuning.tls === 'may') await writeCertificate(site, layout);
  backDate(conf);
  await compileTables(tables, conf);
  backDate(conf);
  return {
    port: PORT,
    ceiling: somaxconn(site.tuning),
    notes: [],
    command: (program, args) => [program, ['-c', conf, ...args]],
    close: async () => undefined,
  };
}

export function writeFiles(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
}

export async function writeCertificate(
  site: Site,
  { certificate, key }: Pick<Layout, 'certificate' | 'key'>,
): Promise<void> {
  const pem = await makeCertificate(hostName(site));
  writeFileSync(certificate, pem.cert);
  // smtpd reads it before it gives up root's rights.
  writeFileSync(key, pem.key, { mode: 0o600 });
}
