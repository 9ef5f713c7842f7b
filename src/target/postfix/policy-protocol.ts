// Postfix' policy delegation protocol (SMTPD_POLICY_README): name=value lines, ended by an empty
// line; the answer is one action. Pure.

export type PolicyRequest = Readonly<Record<string, string>>;

/** Requests are a few hundred bytes; a client that sends more without an end is not Postfix. */
const LONGEST_REQUEST = 65_536;

/** Takes the bytes as they come, in any pieces, and yields each complete request. */
export class PolicyDecoder {
  #rest = '';

  push(chunk: string): PolicyRequest[] {
    const parts = (this.#rest + chunk).split('\n\n');
    this.#rest = parts.pop() ?? '';
    if (this.#rest.length > LONGEST_REQUEST) throw new Error('policy request without an end');
    return parts.map(parseRequest);
  }
}

function parseRequest(text: string): PolicyRequest {
  const lines = text.split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

export function encodeAction(action: string): string {
  return `action=${action}\n\n`;
}
