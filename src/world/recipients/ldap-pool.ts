// Connections to a directory server: at most so many, each with one question at a time, as Postfix'
// proxymap has them. Made when they are needed, and made again when the server has closed them.
import { Client } from 'ldapts';
import pLimit from 'p-limit';
import { requireAdmitted } from '../../guard/guard.ts';

export interface LdapServer {
  /** Numeric. The library makes its own sockets, so that the guard is asked before it is. */
  readonly address: string;
  readonly port: number;
  readonly secure: boolean;
}

export interface LdapLimits {
  readonly connections: number;
  /** Of one connection's making, and of one question, in ms. */
  readonly connectMs: number;
  readonly answerMs: number;
}

export interface LdapQuestion {
  readonly base: string;
  readonly scope: 'base' | 'one' | 'sub';
  readonly filter: string;
  readonly attributes: readonly string[];
}

type Entries = Awaited<ReturnType<Client['search']>>['searchEntries'];

/** How the library says that a connection ended under a question. */
const BROKEN = /^(Connection closed|Socket error)/;

export class LdapPool {
  readonly #server: LdapServer;
  readonly #limits: LdapLimits;
  readonly #turn: ReturnType<typeof pLimit>;
  /** The one used last is used next, so that a quiet table has few. */
  readonly #idle: Client[] = [];
  readonly #busy = new Set<Client>();

  constructor(server: LdapServer, limits: LdapLimits) {
    this.#server = server;
    this.#limits = limits;
    this.#turn = pLimit(limits.connections);
  }

  /**
   * Questions beyond the number of connections wait their turn.
   * @throws Error with the server's or the network's reason; UserError (4) when the guard refuses.
   */
  search(question: LdapQuestion): Promise<Entries> {
    return this.#turn(async () => {
      const used = this.#idle.pop();
      if (!used) return this.#ask(this.#make(), question);
      try {
        return await this.#ask(used, question);
      } catch (error) {
        // The server may end a connection that was idle at any time: no fault of this question.
        if (!(error instanceof Error && BROKEN.test(error.message))) throw error;
        return this.#ask(this.#make(), question);
      }
    });
  }

  /** Ends all connections; questions under way fail. */
  close(): void {
    this.#turn.clearQueue();
    for (const client of [...this.#idle, ...this.#busy]) end(client);
  }

  #make(): Client {
    const { address, port, secure } = this.#server;
    requireAdmitted(address);
    const host = address.includes(':') ? `[${address}]` : address;
    return new Client({
      url: `${secure ? 'ldaps' : 'ldap'}://${host}:${port}`,
      connectTimeout: this.#limits.connectMs,
      timeout: this.#limits.answerMs,
      strictDN: false,
      // As guard/ has it: the server is on this machine, and known by its address only.
      ...(secure && { tlsOptions: { rejectUnauthorized: false } }),
    });
  }

  async #ask(client: Client, { base, scope, filter, attributes }: LdapQuestion): Promise<Entries> {
    this.#busy.add(client);
    try {
      const options = { scope, filter, attributes: [...attributes] };
      const { searchEntries } = await client.search(base, options);
      this.#idle.push(client);
      return searchEntries;
    } catch (error) {
      // What the server still says to this question must not be heard as an answer to the next.
      end(client);
      throw error;
    } finally {
      this.#busy.delete(client);
    }
  }
}

function end(client: Client): void {
  client.unbind().catch(() => undefined);
}
