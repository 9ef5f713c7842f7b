// Whether a text is an address that mail can be sent to (RFC 5321, section 4.1.2; RFC 6531 where asked),
// and the form in which a table has it: lower case, as Postfix folds what it looks up.

/** RFC 5321, section 4.5.3.1, in octets: local part, domain, and a path without its angle brackets. */
const MAX_LOCAL = 64;
const MAX_DOMAIN = 255;
const MAX_ADDRESS = 254;
/** RFC 1035, section 2.3.4. */
const MAX_LABEL = 63;

/** Everything at once for what nearly every address looks like; the rest takes the long way. */
const ORDINARY = /^[\w+-]+(?:\.[\w+-]+)*@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/i;

const ATOM = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10FFFF}-]+";
const DOT_ATOM = new RegExp(`^${ATOM}(?:\\.${ATOM})*$`, 'u');
/** qtextSMTP and quoted-pairSMTP. */
const QUOTED = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e\u0080-\u{10FFFF}]|\\[\x20-\x7e])*"$/u;
const LABEL =
  /^[A-Za-z0-9\u0080-\u{10FFFF}](?:[A-Za-z0-9\u0080-\u{10FFFF}-]*[A-Za-z0-9\u0080-\u{10FFFF}])?$/u;
const LITERAL = /^\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9a-f:.]{2,45})\]$/i;
// biome-ignore lint/suspicious/noControlCharactersInRegex: that is what it is to find
const CONTROL = /[\x00-\x1f\x7f]/;
const BEYOND_ASCII = /[\u0080-\u{10FFFF}]/u;

export interface AddressRules {
  /** Characters beyond ASCII are allowed (RFC 6531). */
  readonly smtputf8: boolean;
  /** What a local part without a domain gets. */
  readonly domain?: string;
}

export type Reading =
  | { readonly address: string; readonly reason?: never }
  | { readonly address?: never; readonly reason: string };

/** The address in lower case, or why it is none, in words for after "…: ". */
export function readAddress(text: string, rules: AddressRules): Reading {
  if (text.length <= MAX_LOCAL && ORDINARY.test(text)) return { address: text.toLowerCase() };
  const at = separatorOf(text);
  if (at < 0 && rules.domain === undefined) return { reason: 'it has no domain' };
  const local = at < 0 ? text : text.slice(0, at);
  const domain = at < 0 ? (rules.domain ?? '') : text.slice(at + 1);
  const reason =
    whyNoText(text, rules) ??
    whyNoLocalPart(local) ??
    whyNoDomain(domain) ??
    whyTooLong(local, domain);
  return reason === undefined ? { address: `${local}@${domain}`.toLowerCase() } : { reason };
}

/** Where the local part ends: a quoted one may hold an `@`. */
function separatorOf(text: string): number {
  if (!text.startsWith('"')) return text.indexOf('@');
  for (let i = 1; i < text.length; i += 1) {
    if (text[i] === '\\') i += 1;
    else if (text[i] === '"') return text.indexOf('@', i);
  }
  return text.lastIndexOf('@');
}

function whyNoText(text: string, { smtputf8 }: AddressRules): string | undefined {
  if (text.includes('\ufffd')) return 'it is not UTF-8';
  if (CONTROL.test(text)) return 'it has a control character';
  if (!smtputf8 && BEYOND_ASCII.test(text))
    return 'it has characters beyond ASCII (see --smtputf8)';
  return undefined;
}

function whyNoLocalPart(local: string): string | undefined {
  if (local === '') return 'it has no local part: a whole domain is no recipient';
  if (Buffer.byteLength(local) > MAX_LOCAL) return `its local part is longer than ${MAX_LOCAL}`;
  if (local.startsWith('"')) {
    return QUOTED.test(local) ? undefined : 'its quoted local part is malformed';
  }
  if (DOT_ATOM.test(local)) return undefined;
  if (/^\.|\.\.|\.$/.test(local))
    return 'a dot of its local part stands at an end or beside another';
  const odd = [...local].find((c) => c !== '.' && !DOT_ATOM.test(c)) ?? '';
  return `its local part has ${odd === ' ' ? 'a blank' : odd} outside quotes`;
}

function whyNoDomain(domain: string): string | undefined {
  if (domain === '') return 'it has no domain';
  if (LITERAL.test(domain)) return undefined;
  if (Buffer.byteLength(domain) > MAX_DOMAIN) return `its domain is longer than ${MAX_DOMAIN}`;
  for (const label of domain.split('.')) {
    if (label === '') return 'its domain has an empty label';
    if (!LABEL.test(label))
      return `its domain has ${label} where a name has letters, digits and hyphens`;
    if (Buffer.byteLength(label) > MAX_LABEL)
      return `its domain has a label longer than ${MAX_LABEL}`;
  }
  return undefined;
}

function whyTooLong(local: string, domain: string): string | undefined {
  const bytes = Buffer.byteLength(local) + 1 + Buffer.byteLength(domain);
  return bytes > MAX_ADDRESS ? `it is longer than ${MAX_ADDRESS}` : undefined;
}
