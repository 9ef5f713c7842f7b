// Dates as mail headers write them (RFC 5322 §3.3), in the sender's own time zone, so that the answer
// is the same on every machine.

import type { Random } from '../plan/random.ts';
import { pick } from './draw.ts';

export interface Zone {
  readonly minutes: number;
  readonly name: string;
}

export const UTC: Zone = { minutes: 0, name: 'UTC' };
const ZONES: readonly [Zone, ...Zone[]] = [
  UTC,
  { minutes: 60, name: 'CET' },
  { minutes: -300, name: 'EST' },
  { minutes: -480, name: 'PST' },
  { minutes: 540, name: 'JST' },
];
const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

export function pickZone(random: Random): Zone {
  return pick(random, ZONES);
}

/** `Tue, 25 Mar 2008 10:00:00 +0100` */
export function mailDate(date: Date, zone: Zone): string {
  return `${DAYS[local(date, zone).getUTCDay()]}, ${dayAndTime(date, zone)} ${offset(zone)}`;
}

/** `25 Mar 2008 09:00:00 -0000`: UTC, with the sign that says nothing about the place. */
export function bareDate(date: Date): string {
  return `${dayAndTime(date, UTC)} -0000`;
}

/** `20080325100000`, in UTC. */
export function compactDate(date: Date): string {
  return date.toISOString().replace(/\D/g, '').slice(0, 14);
}

export function unixSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function dayAndTime(date: Date, zone: Zone): string {
  const there = local(date, zone);
  const clock = there.toISOString().slice(11, 19);
  return `${there.getUTCDate()} ${MONTHS[there.getUTCMonth()]} ${there.getUTCFullYear()} ${clock}`;
}

function local(date: Date, zone: Zone): Date {
  return new Date(date.getTime() + zone.minutes * 60_000);
}

function offset(zone: Zone): string {
  const minutes = Math.abs(zone.minutes);
  const digits = Math.floor(minutes / 60) * 100 + (minutes % 60);
  return `${zone.minutes < 0 ? '-' : '+'}${String(digits).padStart(4, '0')}`;
}
