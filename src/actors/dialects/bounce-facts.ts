// What several dialects ask of a bounce's facts.

import type { Bounce } from '../actor.ts';

/** Whether the bouncing host refused the message itself; else the host behind it did. */
export function isLocal(bounce: Bounce): boolean {
  return bounce.remoteHost === bounce.reportingHost;
}

/** The refusal as one line: `550 5.1.1 User unknown`. */
export function refusal({ reply }: Bounce): string {
  return `${reply.code} ${reply.enhanced} ${reply.text}`;
}

/** The original lay in the queue for a second or two. */
export function arrival(bounce: Bounce): Date {
  return new Date(bounce.date.getTime() - 2000);
}

/** The original's own Message-ID, with its brackets. */
export function originalId({ original }: Pick<Bounce, 'original'>): string {
  return /^Message-ID: (<.+>)\r$/m.exec(original.headers)?.[1] ?? '<>';
}
