// The first look at a server that was just started: a message of ours, before any load. Nobody counts what
// comes of it: neither the message itself, nor questions about its sender, nor a report that it bounced.

/** Whom it is from. */
export const FIRST_LOOKER = 'probe@probe.invalid';

export function isFirstLooker(address: string): boolean {
  return address.toLowerCase() === FIRST_LOOKER;
}
