// What an instance of Postfix stands on, ready to be started: whatever its configuration came from.
export interface Ground {
  readonly port: number;
  /** The kernel's ceiling of accept queues while Postfix opens its sockets. */
  readonly ceiling: number;
  /** What the laboratory changed by itself in a configuration of the user's. */
  readonly notes: readonly string[];
  /** Program and arguments that run one of Postfix' programs with this configuration. */
  command(program: string, args: readonly string[]): readonly [string, readonly string[]];
  close(): Promise<void>;
}
