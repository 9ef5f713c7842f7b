// What may stand beside a tuned Postfix: a program of its own, started before it and ended after it,
// and what Postfix must be told to make use of it.
import type { Tuning } from '../../../tuning/tuning.ts';
import type { Program } from '../../../world/programs.ts';
import type { Site } from '../../target.ts';

export interface Companion {
  /** What must be installed for this tuning. Undefined: the tuning does not ask for this companion. */
  needs(tuning: Tuning): readonly Program[] | undefined;
  /**
   * @param directory its own, empty, on the laboratory's tmpfs; others may read it
   * @throws UserError (3) that quotes the program, when it does not come up.
   */
  start(site: Site, directory: string): Promise<RunningCompanion>;
}

export interface RunningCompanion {
  /** Files that its additions name, by their names; they are put among Postfix' own. */
  readonly files?: Readonly<Record<string, string>>;
  /** @param folder where Postfix finds the files */
  gives(folder: string): Additions;
  /** The processes whose work is the target's. */
  readonly pids: readonly number[];
  /** Resolves with a sentence when it ends before stop(); never rejects. */
  readonly died: Promise<string>;
  stop(): Promise<void>;
}

/** What comes on top of a configuration of Postfix, whatever that is. */
export interface Additions {
  readonly main?: Readonly<Record<string, string>>;
  /** Lines of master.cf, by `name/type`; an empty one removes the service. */
  readonly master?: Readonly<Record<string, string>>;
  /** Restrictions at RCPT, beside the look-up of the recipient: checkOrder says on which side. */
  readonly checks?: readonly string[];
  /** The table of valid recipients, `type:path`. */
  readonly recipients?: string;
}

/** Where they stand on loopback; only one target at a time is in a laboratory. */
export const PORTS = {
  ldap: 389,
  /** slapd itself, where our link stands on its port. */
  ldapBehind: 3890,
  greylist: 10_023,
  contentFilter: 10_025,
  /** Where the content filter hands messages back. */
  reinjection: 10_026,
} as const;
