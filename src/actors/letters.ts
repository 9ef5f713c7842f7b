// Messages as a script sends them: with the form that BDAT needs where the sender's system uses it, and
// with the announcement of 8-bit lines where there are some. Made once per worker, shared by sessions.

import { isAscii } from 'node:buffer';
import { dotUnstuff } from '../smtp/dot-stuffing.ts';
import type { Script } from '../smtp/script.ts';
import type { SessionHabit } from './actor.ts';

export type Letter = Pick<Script, 'message' | 'chunk' | 'eightBit'>;

/** One per entry of a pool of dot-stuffed messages. */
export function makeLetters(
  pool: readonly Uint8Array[],
  habit: Pick<SessionHabit, 'chunking' | 'eightBitMime'>,
): readonly Letter[] {
  return pool.map((stuffed) => ({
    message: [stuffed],
    chunk: habit.chunking ? [dotUnstuff(stuffed)] : undefined,
    eightBit: habit.eightBitMime === 'always' || !isAscii(stuffed),
  }));
}

/** A session's or a host's entry, by any number that stands for it. */
export function letterAt(letters: readonly Letter[], index: number): Letter {
  const letter = letters[index % letters.length];
  if (!letter) throw new Error('no messages were built');
  return letter;
}
