// Two servers made from one site: which settings each has, and where each hands its mail on. Pure.
//
//   edge:    senders ─▶ the server in front (edge's own tuning) ═ link ═▶ the tuned server ─▶ sink
//   hosted:  senders ─▶ a mail service: its accounts swallow ───────────▶ the tuned server ─▶ sink
import { LABORATORY } from '../../../guard/guard.ts';
import type { Edge, Hosted, Tuning } from '../../../tuning/tuning.ts';
import type { Site } from '../../target.ts';
import { ALONE, type Place, type PlacedSite } from '../place.ts';

/** What a message to a swallowed account is logged with. */
const SWALLOWED = 'swallowed';

export interface Way {
  readonly host: string;
  readonly port: number;
}

/** The server that the tuning is about: it sees one client only, and nobody tells it of others. */
export function siteBehind(site: Site): PlacedSite {
  const { edge: _edge, hosted: _hosted, ...tuning } = site.tuning;
  const address = LABORATORY.behind;
  const place = { ...ALONE, address, label: 'behind', main: exceptions(tuning) };
  return { ...site, client: 'address', tuning, place };
}

/** All mail comes from one address now: its limit per client is not meant for that one. */
function exceptions({ clientLimits }: Tuning): Place['main'] {
  if (clientLimits === undefined || clientLimits === 'off') return {};
  return { smtpd_client_event_limit_exceptions: `$mynetworks, ${LABORATORY.target}` };
}

/** @param next where the server behind is reached */
export function siteInFront(site: Site, next: Way): PlacedSite {
  const { edge, hosted } = site.tuning;
  if (edge !== undefined && edge !== 'off') return siteOfEdge(site, edge, next);
  if (hosted !== undefined && hosted !== 'off') return siteOfHosted(site, hosted, next);
  throw new Error('a tuning without a second server');
}

function siteOfEdge(site: Site, { tuning, verify }: Edge, next: Way): PlacedSite {
  // Without a list every address is asked about.
  const recipients = verify ? ({ recipients: 'catch-all' } as const) : {};
  return {
    ...site,
    tuning: { ...tuning, ...recipients },
    place: {
      ...ALONE,
      main: {
        relay_transport: transport(next),
        // Postfix' default (450) would have every bouncer come again for an address that is not there.
        ...(verify && { unverified_recipient_reject_code: '550' }),
      },
      asksNext: verify,
      handsOn: true,
    },
  };
}

/** A large service: it takes all mail for the domain, and knows none of the addresses but its accounts. */
function siteOfHosted(site: Site, { accounts }: Hosted, next: Way): PlacedSite {
  const mailboxes = new Set(site.recipients);
  const ways = accounts.map((account) => {
    const address = `${account}@${site.domain}`;
    // Somebody's real mailbox is read where it is: that is a delivery as any other.
    return `{${address} = ${mailboxes.has(address) ? transport(site.sink) : `discard:${SWALLOWED}`}}`;
  });
  return {
    ...site,
    tuning: { recipients: 'catch-all' },
    place: {
      ...ALONE,
      main: { relay_transport: transport(next), transport_maps: `inline:{${ways.join(', ')}}` },
      handsOn: true,
    },
  };
}

function transport({ host, port }: Way): string {
  return `smtp:[${host}]:${port}`;
}
