// All that is changed in a configuration of the user's: what the laboratory must add, what the tuning
// states, and the raw settings over both. Pure; own-instance.ts asks and applies.
import type { Site } from '../target.ts';
import type { Own, Seen } from './own.ts';
import { laboratorySettings, listeners } from './own-laboratory.ts';
import { tunedServices, tunedSettings } from './own-tuning.ts';
import { placeOf } from './place.ts';
import type { Settings } from './tuning-settings.ts';

export interface Changes {
  readonly main: Settings;
  /** Lines by `name/type`. Raw ones are in place already (own-instance.ts). */
  readonly services: Readonly<Record<string, string>>;
  /** What the laboratory added by itself, for the report. */
  readonly notes: readonly string[];
}

export function changesFor(site: Site, own: Own, seen: Seen): Changes {
  const added = laboratorySettings(site, own, seen);
  const tuned = tunedSettings(site, own, seen);
  const postlog = own.services.some(({ name }) => name === 'postlog')
    ? {}
    : { 'postlog/unix-dgram': 'postlog unix-dgram n - n - 1 postlogd' };
  const { postfix } = site.tuning;
  return {
    main: {
      ...added.main,
      ...tuned,
      ...placeOf(site).main,
      ...postfix?.main,
      ...listeners(site, own),
    },
    services: { ...postlog, ...tunedServices(site, own, new Set(Object.keys(tuned)), seen.added) },
    notes: [
      ...added.notes,
      ...Object.values(postlog).map((line) => `master.cf: ${line}`),
      ...(own.entrance.port === 25
        ? []
        : [`mail comes to port ${own.entrance.port}, where its only smtpd listens`]),
    ],
  };
}
