// Whether the target's process could take in every client. One without a descriptor left hangs up on its
// clients unseen: libuv keeps one in reserve to accept and close them with, and tells nobody. That looks
// like a refusal of the server's own, and must not pass for one.
import type { makeServer } from '../../guard/guard.ts';
import { descriptorLimit, lackOfDescriptors } from '../../world/descriptors.ts';

/** What the process has open beside its clients (24, of which 10 lead to the sink), with room to spare. */
const RESERVE = 64;

export class DescriptorWatch {
  readonly #faults: Record<string, number> = {};

  constructor(server: ReturnType<typeof makeServer>, limit = descriptorLimit()) {
    // Before the last one is gone, and counted: Node closes what exceeds this, and tells.
    if (limit !== undefined) server.maxConnections = Math.max(1, limit - RESERVE);
    server.on('drop', () => this.#note('EMFILE'));
    server.on('error', ({ code }: NodeJS.ErrnoException) => this.#note(code ?? 'unknown'));
  }

  /** A look at this moment: the limit may have been lowered, or the whole machine be out of files. */
  look(): void {
    const code = lackOfDescriptors();
    if (code) this.#note(code);
  }

  /** Clients not taken in, and looks that found no descriptor left, by error code. */
  get faults(): Readonly<Record<string, number>> {
    return this.#faults;
  }

  #note(code: string): void {
    this.#faults[code] = (this.#faults[code] ?? 0) + 1;
  }
}
