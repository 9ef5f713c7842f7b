// Whom the sink has mailboxes for: as the server behind the target, which knows its own domain's users
// and refuses all others of that domain; as the rest of the world it takes everything.
/** What a sink is told about the target's domain. */
export interface Store {
  readonly domain: string;
  /** Undefined: every address of the domain is taken. */
  readonly mailboxes?: readonly string[];
}

export class MailStore {
  readonly #domain: string | undefined;
  readonly #mailboxes: ReadonlySet<string> | undefined;

  constructor(store: Store | undefined) {
    this.#domain = store?.domain.toLowerCase();
    this.#mailboxes =
      store?.mailboxes && new Set(store.mailboxes.map((address) => address.toLowerCase()));
  }

  takes(recipient: string): boolean {
    if (this.#mailboxes === undefined || this.isElsewhere(recipient)) return true;
    return this.#mailboxes.has(recipient.toLowerCase());
  }

  /** Not in the target's domain. Without a domain nothing is known of that. */
  isElsewhere(recipient: string): boolean {
    return this.#domain !== undefined && domainOf(recipient) !== this.#domain;
  }
}

function domainOf(address: string): string {
  return address.slice(address.lastIndexOf('@') + 1).toLowerCase();
}
