// Two embedded servers made from one site: which settings each has, and where each hands its mail on. Pure.
// As the pair of Postfix servers has it (../postfix/pair/roles.ts).
import type { Tuning } from '../../tuning/tuning.ts';
import type { Site } from '../target.ts';
import type { Address, PlacedSite } from './ways.ts';

export function hasTwo({ edge, hosted }: Tuning): boolean {
  return [edge, hosted].some((setting) => setting !== undefined && setting !== 'off');
}

/** All its mail comes from one client, which neither its limits nor its filter are meant for. */
export function siteBehind(site: Site): PlacedSite {
  const {
    edge: _edge,
    hosted: _hosted,
    clientLimits: _limits,
    botFilter: _filter,
    ...tuning
  } = site.tuning;
  return { ...site, client: 'address', tuning };
}

/** @param next where the server behind is reached */
export function siteInFront(site: Site, next: Address): PlacedSite {
  const { edge, hosted } = site.tuning;
  if (edge !== undefined && edge !== 'off') {
    // Without a list every address is asked about.
    const recipients = edge.verify ? ({ recipients: 'catch-all' } as const) : {};
    const handsOn = { next, swallowed: [], kept: [], asks: edge.verify };
    return { ...site, tuning: { ...edge.tuning, ...recipients }, handsOn };
  }
  if (hosted === undefined || hosted === 'off') throw new Error('a tuning without a second server');
  const mailboxes = new Set(site.recipients);
  const accounts = hosted.accounts.map((account) => `${account}@${site.domain}`);
  const handsOn = {
    next,
    swallowed: accounts.filter((address) => !mailboxes.has(address)),
    // Somebody's real mailbox is read where it is: that is a delivery as any other.
    kept: accounts.filter((address) => mailboxes.has(address)),
    asks: false,
  };
  return { ...site, tuning: { recipients: 'catch-all' }, handsOn };
}
