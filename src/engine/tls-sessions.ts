// The TLS sessions that simulated hosts can resume: of each host the latest, as mail servers keep them
// for a destination. The hosts that were active last are kept.

/** A session takes some 2 KB: 8 MB a worker. */
const HOSTS = 4096;

export class TlsSessions {
  private readonly byHost = new Map<number, Buffer>();

  get(host: number): Buffer | undefined {
    return this.byHost.get(host);
  }

  set(host: number, session: Buffer): void {
    // Deleted first, so that the order of the map is that of the last use.
    this.byHost.delete(host);
    this.byHost.set(host, session);
    if (this.byHost.size <= HOSTS) return;
    for (const oldest of this.byHost.keys()) {
      this.byHost.delete(oldest);
      return;
    }
  }
}
