// What would spoil a measurement in a configuration of the user's, asked of Postfix itself.
import { LABORATORY } from '../../guard/guard.ts';
import type { Site } from '../target.ts';
import { askPostfix } from './ask.ts';
import type { Ground } from './ground.ts';
import { settingOf } from './own-server.ts';
import { EXAMINED, findTraps } from './traps.ts';

/** A sentence each. */
export async function trapsOf(ground: Ground, { client }: Site): Promise<string[]> {
  const [settings, services] = await Promise.all([
    askPostfix(ground.command('postconf', ['-x', ...EXAMINED])),
    askPostfix(ground.command('postconf', ['-M'])),
  ]);
  const clients = [LABORATORY.clients];
  const found = findTraps({
    settings: new Map(settings.map(settingOf)),
    services,
    clients,
    client,
  });
  return found.map(({ text, hint }) => `${text} ${hint}`);
}
