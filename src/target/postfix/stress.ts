// Whether Postfix is in stress mode: master tells it each smtpd that it starts, as `-o stress=yes`.
import { argumentsOf, type ProcessStat } from './processes.ts';

export class StressWatch {
  /** By process id, of those that were there at the last look. */
  #known = new Map<number, boolean>();
  readonly #argumentsOf: typeof argumentsOf;

  constructor(read: typeof argumentsOf = argumentsOf) {
    this.#argumentsOf = read;
  }

  /** One under stress is enough: those that were started before have not heard of it. */
  look(smtpds: readonly Pick<ProcessStat, 'pid'>[]): boolean {
    const known = new Map<number, boolean>();
    for (const { pid } of smtpds) known.set(pid, this.#known.get(pid) ?? this.#ask(pid));
    this.#known = known;
    return [...known.values()].includes(true);
  }

  #ask(pid: number): boolean {
    return this.#argumentsOf(pid).some((argument) => /^stress=\S/.test(argument));
  }
}
