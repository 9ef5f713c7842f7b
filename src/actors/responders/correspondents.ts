// Who gets spam at a host and answers it by a machine: people and mailing lists. Every host has the
// same ones, each at its own domain.

import { mailDomain } from '../../plan/host-name.ts';
import type { Correspondent } from './responder.ts';

const GIVEN = list(
  'Ingrid Marek Lucia Henrik Amara Pavel Noemi Tomas Yuki Bruno Elena Kofi Astrid Dario Mina Viktor',
);
const FAMILY = list(
  'Larsen Okafor Brandt Moreau Lindqvist Petrov Castillo Hayashi Nowak Jansen Ferri Doyle Silva Keller Baran Quist',
);
const LISTS = list(
  'members announce users board volunteers alumni parents choir rowing staff project events garden theatre readers harbour',
);

/** So many different people there are. */
export const PEOPLE = GIVEN.length * FAMILY.length;
export const MAILING_LISTS = LISTS.length;

/** Neighbours in number share neither name. */
export function person(host: string, index: number): Correspondent {
  const turn = Math.floor(index / GIVEN.length);
  const given = GIVEN[index % GIVEN.length] ?? '';
  const family = FAMILY[(index + turn) % FAMILY.length] ?? '';
  const separator = index % 3 === 0 ? '_' : '.';
  const local = `${given}${separator}${family}`.toLowerCase();
  return { host, address: `${local}@${mailDomain(host)}`, name: `${given} ${family}` };
}

export function mailingList(host: string, index: number): Correspondent {
  const local = LISTS[index % LISTS.length] ?? '';
  const name = local.charAt(0).toUpperCase() + local.slice(1);
  return { host, address: `${local}@${mailDomain(host)}`, name };
}

function list(words: string): readonly string[] {
  return words.split(' ');
}
