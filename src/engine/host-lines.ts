// The lines at the simulated hosts: a mail server opens only so many connections to one destination at
// once, and what exceeds them waits in its queue, first come, first served. Holds something only for
// hosts that are busy.

interface Waiter<T> {
  readonly item: T;
  next: Waiter<T> | undefined;
}

interface Line<T> {
  first: Waiter<T>;
  last: Waiter<T>;
}

export class HostLines<T extends { readonly host: number }> {
  private readonly limitOf: (item: T) => number;
  private readonly busy = new Map<number, number>();
  private readonly lines = new Map<number, Line<T>>();

  /** `limitOf`: how many of an item's host may be busy at once, that item included; at least 1. */
  constructor(limitOf: (item: T) => number) {
    this.limitOf = limitOf;
  }

  /** Takes a place at the item's host; false: none is free, and the item stands in line from now on. */
  enter(item: T): boolean {
    const { host } = item;
    if (this.lines.has(host) || !this.takePlace(item)) {
      this.queue(item);
      return false;
    }
    return true;
  }

  /** Gives a place at the host back. Whoever is next gets it by `next` only. */
  leave(host: number): void {
    const busy = this.busy.get(host) ?? 0;
    if (busy > 1) this.busy.set(host, busy - 1);
    else this.busy.delete(host);
  }

  /** The first in line at the host, with its place taken; undefined where none waits or none may. */
  next(host: number): T | undefined {
    const line = this.lines.get(host);
    if (!line) return undefined;
    const { item, next } = line.first;
    if (!this.takePlace(item)) return undefined;
    if (next) line.first = next;
    else this.lines.delete(host);
    return item;
  }

  /** Sends everybody in line away: they are handed back, each host's in their order. */
  clear(): T[] {
    const items: T[] = [];
    for (const line of this.lines.values()) {
      for (let at: Waiter<T> | undefined = line.first; at; at = at.next) items.push(at.item);
    }
    this.lines.clear();
    return items;
  }

  private takePlace(item: T): boolean {
    const busy = this.busy.get(item.host) ?? 0;
    // Most hosts send one message at a time: nobody asks them for their limit.
    if (busy > 0 && busy >= this.limitOf(item)) return false;
    this.busy.set(item.host, busy + 1);
    return true;
  }

  private queue(item: T): void {
    const waiter: Waiter<T> = { item, next: undefined };
    const line = this.lines.get(item.host);
    if (!line) {
      this.lines.set(item.host, { first: waiter, last: waiter });
      return;
    }
    line.last.next = waiter;
    line.last = waiter;
  }
}
