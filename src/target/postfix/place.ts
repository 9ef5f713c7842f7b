// Where an instance of Postfix stands in the laboratory, and what follows from that for its settings.
import { LABORATORY } from '../../guard/guard.ts';
import type { Site } from '../target.ts';

export interface Place {
  readonly address: string;
  /** Its host name is this within the world's domain. */
  readonly label: string;
  /** Settings of main.cf over our own minimal ones and the tuning's, under the raw ones. */
  readonly main: Readonly<Record<string, string>>;
  /** Recipients are judged by asking the next server, not by a list. */
  readonly asksNext: boolean;
  /** What it takes goes to the next server. */
  readonly handsOn: boolean;
}

/** The address that senders know. */
export const ALONE: Place = {
  address: LABORATORY.target,
  label: 'mx',
  main: {},
  asksNext: false,
  handsOn: false,
};

/** What one of two servers is told about its world. */
export interface PlacedSite extends Site {
  readonly place: Place;
}

export function placeOf(site: Site | PlacedSite): Place {
  return 'place' in site ? site.place : ALONE;
}
