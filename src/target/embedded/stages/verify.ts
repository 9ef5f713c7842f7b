// `verify`: whether the address exists is asked of the server behind, and remembered (Postfix'
// reject_unverified_recipient). A client waits for the answer in whole polls, and not for long.
import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { nowMs } from '../../../clock.ts';
import type { ProbeReply } from '../probe.ts';
import type { Check } from './rcpt.ts';
import type { Objection } from './stage-book.ts';

/** address_verify_poll_delay and address_verify_poll_count; that is 1 under stress. */
const POLL_MS = 3000;
const POLLS = 3;
/** address_verify_negative_refresh_time, and the positive one: campaign time. */
const REFRESH_MS = { negative: 3 * 3600_000, positive: 7 * 86_400_000 };
/** Sessions with the server behind at once: default_destination_concurrency_limit. */
const AT_ONCE = 20;

interface Known {
  readonly kind: 'deliverable' | 'undeliverable' | 'unclear';
  readonly reply: string;
  readonly sinceMs: number;
}

export interface VerifierOptions {
  readonly compress: number;
  readonly isStressed: () => boolean;
  readonly pollMs?: number;
}

export class Verifier {
  readonly #ask: (address: string) => Promise<ProbeReply>;
  readonly #options: VerifierOptions;
  readonly #known = new Map<string, Known>();
  readonly #underway = new Set<string>();
  readonly #limit = pLimit(AT_ONCE);
  /** Questions put to the server behind. */
  asked = 0;

  constructor(ask: (address: string) => Promise<ProbeReply>, options: VerifierOptions) {
    this.#ask = ask;
    this.#options = options;
  }

  /** What is known now; asks where nothing is, or where it is too old, which is told meanwhile. */
  look(address: string): Known | undefined {
    const key = address.toLowerCase();
    const known = this.#known.get(key);
    if (!known || this.#isOld(known)) this.#begin(key, address);
    return known;
  }

  /** Waits for an answer as long as there are polls left. */
  async wait(address: string): Promise<Known | undefined> {
    const polls = this.#options.isStressed() ? 1 : POLLS;
    for (let poll = 1; poll < polls; poll += 1) {
      await sleep(this.#options.pollMs ?? POLL_MS);
      const known = this.look(address);
      if (known) return known;
    }
    return undefined;
  }

  #isOld({ kind, sinceMs }: Known): boolean {
    const refresh = kind === 'deliverable' ? REFRESH_MS.positive : REFRESH_MS.negative;
    return nowMs() - sinceMs > refresh / this.#options.compress;
  }

  #begin(key: string, address: string): void {
    if (this.#underway.has(key)) return;
    this.#underway.add(key);
    void this.#limit(async () => {
      this.asked += 1;
      const reply = await this.#ask(address);
      this.#underway.delete(key);
      this.#learn(key, reply ?? '450 4.4.1 the server behind does not answer');
    });
  }

  /** As there: what was deliverable once is not forgotten for a failure that may pass. */
  #learn(key: string, reply: string): void {
    const kind = kindOf(reply);
    if (kind === 'unclear' && this.#known.get(key)?.kind === 'deliverable') return;
    this.#known.set(key, { kind, reply, sinceMs: nowMs() });
  }
}

function kindOf(reply: string): Known['kind'] {
  if (reply.startsWith('2')) return 'deliverable';
  return reply.startsWith('5') ? 'undeliverable' : 'unclear';
}

export function verified(verifier: Verifier): Check {
  return ({ recipient }) => {
    const known = verifier.look(recipient);
    if (known) return objectionTo(recipient, known);
    return verifier.wait(recipient).then((found) => objectionTo(recipient, found));
  };
}

function objectionTo(recipient: string, known: Known | undefined): Objection {
  const rejected = `<${recipient}>: Recipient address rejected`;
  if (known?.kind === 'deliverable') return undefined;
  if (known?.kind === 'undeliverable') {
    return { code: 550, text: `5.1.1 ${rejected}: undeliverable address: ${known.reply}` };
  }
  const why = known?.reply ?? 'Address verification in progress';
  return { code: 450, text: `4.1.1 ${rejected}: unverified address: ${why}` };
}
