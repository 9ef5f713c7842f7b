// A small bounce parser of the kind that list managers run, written from the published formats and not
// from our dialects: RFC 3464 reports, Exim's header, QSBMF and Yahoo's form of it, Exchange's
// Internet Mail Service, and the usual phrases as a last resort.

export interface Verdict {
  readonly format: 'rfc3464' | 'exim-header' | 'qsbmf' | 'mail-service' | 'phrases';
  readonly failed: readonly string[];
  /** Enhanced status code, where the format has one. */
  readonly status?: string | undefined;
}

export interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Undefined: not a bounce. */
export function parseBounce(message: string): Verdict | undefined {
  const whole = splitPart(message);
  return (
    fromReport(whole) ??
    fromEximHeader(whole) ??
    fromQsbmf(whole.body) ??
    fromMailService(whole) ??
    fromPhrases(whole.body)
  );
}

/** Header fields by lower-case name, unfolded; throws on a line that is neither field nor fold. */
export function splitPart(text: string): Part {
  if (text.startsWith('\r\n')) return { headers: new Map(), body: text.slice(2) };
  const end = text.indexOf('\r\n\r\n');
  if (end === -1) throw new Error('no empty line after the headers');
  return { headers: fields(text.slice(0, end)), body: text.slice(end + 4) };
}

/** The parts of a multipart body; throws unless the closing delimiter is there. */
export function partsOf(part: Part): Part[] {
  const boundary = parameter(part.headers.get('content-type') ?? '', 'boundary');
  if (boundary === undefined) throw new Error('a multipart without a boundary');
  const delimited = `\r\n${part.body}`.split(`\r\n--${boundary}`);
  const last = delimited.pop();
  if (last === undefined || !/^--\s*$/.test(last)) throw new Error('no closing delimiter');
  return delimited.slice(1).map((piece) => splitPart(piece.replace(/^[ \t]*\r\n/, '')));
}

export function parameter(field: string, name: string): string | undefined {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^\\s;]+))`, 'i').exec(field);
  return match?.[1] ?? match?.[2];
}

/** The blocks of a delivery status: the first about the message, each other about a recipient. */
export function statusBlocks(body: string): ReadonlyMap<string, string>[] {
  return body
    .split('\r\n\r\n')
    .filter((block) => block.trim() !== '')
    .map((block) => fields(block.replace(/\r\n$/, '')));
}

function fromReport(whole: Part): Verdict | undefined {
  const type = whole.headers.get('content-type') ?? '';
  if (!/^multipart\/report\b/i.test(type)) return undefined;
  if (parameter(type, 'report-type') !== 'delivery-status') return undefined;
  const status = partsOf(whole).find((part) =>
    /^message\/delivery-status\b/i.test(part.headers.get('content-type') ?? ''),
  );
  const blocks = status === undefined ? [] : statusBlocks(status.body);
  if (!blocks[0]?.has('reporting-mta')) return undefined;
  const failed = blocks.slice(1).filter((block) => block.get('action') === 'failed');
  if (failed.length === 0) return undefined;
  return {
    format: 'rfc3464',
    failed: failed.map((block) => (block.get('final-recipient') ?? '').replace(/^rfc822;\s*/i, '')),
    status: failed[0]?.get('status'),
  };
}

function fromEximHeader(whole: Part): Verdict | undefined {
  const failed = whole.headers.get('x-failed-recipients');
  return failed === undefined
    ? undefined
    : { format: 'exim-header', failed: failed.split(/\s*,\s*/) };
}

const QSBMF_OPENING = /^(?:Hi\. This is the|Sorry, we were unable to deliver your message)/;

/** The format's own rule: paragraphs; the first has a fixed beginning, a break begins with a dash. */
function fromQsbmf(body: string): Verdict | undefined {
  const [opening, ...paragraphs] = body.split('\r\n\r\n');
  if (!QSBMF_OPENING.test(opening ?? '')) return undefined;
  const end = paragraphs.findIndex((paragraph) => paragraph.startsWith('-'));
  const recipients = paragraphs
    .slice(0, end)
    .map((paragraph) => /^<(.+)>:\r\n/.exec(paragraph)?.[1]);
  const failed = recipients.filter((address) => address !== undefined);
  const status = /\(?#?(5\.\d+\.\d+)/.exec(paragraphs[0] ?? '')?.[1];
  return end > 0 && failed.length > 0 ? { format: 'qsbmf', failed, status } : undefined;
}

function fromMailService(whole: Part): Verdict | undefined {
  if (!/^multipart\/mixed\b/i.test(whole.headers.get('content-type') ?? '')) return undefined;
  const text = partsOf(whole)[0]?.body.split(
    /^did not reach the following recipient\(s\):\r\n/m,
  )[1];
  const failed = text?.match(/^\S+@\S+(?= on \w{3}, )/gm);
  return failed ? { format: 'mail-service', failed } : undefined;
}

function fromPhrases(body: string): Verdict | undefined {
  if (!/could not be delivered|delivery (?:has )?failed|undeliverable/i.test(body))
    return undefined;
  const failed = body.match(/[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g);
  return failed === null ? undefined : { format: 'phrases', failed: [...new Set(failed)] };
}

function fields(head: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const line of head.replace(/\r\n(?=[ \t])/g, '').split('\r\n')) {
    const match = /^([!-9;-~]+):[ \t]*(.*)$/.exec(line);
    if (match?.[1] === undefined || match[2] === undefined) throw new Error(`no field: ${line}`);
    const name = match[1].toLowerCase();
    if (!map.has(name)) map.set(name, match[2]);
  }
  return map;
}
