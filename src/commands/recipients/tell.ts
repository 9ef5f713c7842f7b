// What `recipients build` says: problems on standard error, a line on a terminal, JSON for machines. A cron
// job that goes well prints nothing, and one that watches says each thing once.
import type { UserError } from '../../errors.ts';
import type { Outcome, Plan } from '../../recipients/build.ts';
import type { Difference } from '../../recipients/difference.ts';
import type { Findings } from '../../recipients/gather.ts';
import type { Round } from '../../recipients/watch.ts';
import { isTerminal } from '../terminal.ts';

interface Manner {
  readonly json?: true;
  readonly quiet?: true;
}

export class Teller {
  readonly #plan: Plan;
  readonly #manner: Manner;
  readonly #startedAt = Date.now();
  #toldFailure = '';
  #toldProblems = '';

  constructor(plan: Plan, manner: Manner) {
    this.#plan = plan;
    this.#manner = manner;
  }

  /** Of a single round that went to its end; a refusal is for `fail`. */
  tell(outcome: Outcome): void {
    this.#tellProblems(outcome);
    if (outcome.refusal) {
      // The reason and what would be gone: all that there is to decide by.
      for (const line of changesOf(outcome.difference)) console.error(line);
      this.#tellMachine({ ...fieldsOf(outcome), exit: outcome.refusal.exitCode });
      this.#toldFailure = outcome.refusal.message;
      return;
    }
    if (this.#plan.dryRun && !this.#manner.json) this.#tellDryRun(outcome);
    else this.#tellTerminal(outcome);
    this.#tellMachine({ ...fieldsOf(outcome), exit: 0 });
  }

  /** For the machine; people are told by the program's end. */
  fail(error: UserError): void {
    if (this.#toldFailure === error.message) return;
    this.#tellMachine({ outcome: 'failed', error: error.message, exit: error.exitCode });
  }

  /** Of one of many rounds: what has changed since the last. */
  onRound(round: Round): void {
    if (round.outcome !== 'failed') this.#tellProblems(round);
    const error = round.outcome === 'failed' ? round.error : round.refusal;
    const failure = error?.message ?? '';
    const isNews = failure !== this.#toldFailure;
    if (isNews && error) {
      console.error(`blowback: ${error.message}`);
      if (error.hint) console.error(`  ${error.hint}`);
    } else if (isNews) console.error(`blowback: ${this.#plan.to} can be built again`);
    this.#toldFailure = failure;
    if (round.outcome === 'failed') {
      if (isNews)
        this.#tellMachine({ outcome: 'failed', error: failure, exit: round.error.exitCode });
    } else if (isNews || round.outcome === 'written' || round.outcome === 'would-write') {
      this.#tellMachine({ ...fieldsOf(round), exit: error?.exitCode ?? 0 });
      if (!error) this.#tellTerminal(round);
    }
  }

  #tellProblems({ findings, refusal }: Outcome): void {
    if (this.#manner.quiet && !refusal) return;
    const text = problemsOf(findings).join('\n');
    if (text !== '' && text !== this.#toldProblems) console.error(text);
    this.#toldProblems = text;
  }

  #tellTerminal({ outcome, addresses, difference, bytes }: Outcome): void {
    if (!isTerminal(process.stderr) || this.#manner.quiet) return;
    const { added = 0, removed = 0 } = difference ?? {};
    const changes = `${count(added)} added, ${count(removed)} removed`;
    const size = bytes === undefined ? '' : `, ${count(bytes)} bytes`;
    const what = outcome === 'unchanged' ? 'unchanged' : `${changes}${size}`;
    const seconds = ((Date.now() - this.#startedAt) / 1000).toFixed(1);
    const after = outcome === 'written' ? ` in ${seconds} s` : '';
    console.error(`${this.#plan.to}: ${count(addresses)} addresses, ${what}${after}`);
  }

  #tellDryRun({ outcome, addresses, difference }: Outcome): void {
    const would = outcome === 'unchanged' ? 'would stay as it is' : 'would be written';
    console.log(`${this.#plan.to} ${would}: ${count(addresses)} addresses`);
    for (const line of changesOf(difference)) console.log(line);
  }

  #tellMachine(fields: Readonly<Record<string, unknown>>): void {
    if (!this.#manner.json) return;
    const seconds = (Date.now() - this.#startedAt) / 1000;
    const from = this.#plan.sources.map(({ name }) => name);
    const { to, format, dryRun } = this.#plan;
    console.log(JSON.stringify({ from, to, format, dryRun, ...fields, seconds }));
  }
}

function fieldsOf({ outcome, addresses, difference, findings, bytes, refusal }: Outcome) {
  const { invalid, duplicates, elsewhere, skipped } = findings;
  const { added, removed, oldSize } = difference ?? {};
  const error = refusal?.message;
  const counts = { addresses, added, removed, before: oldSize };
  return { outcome, ...counts, invalid, duplicates, elsewhere, skipped, bytes, error };
}

function problemsOf({ invalid, duplicates, elsewhere, skipped, problems }: Findings): string[] {
  if (invalid + duplicates === 0) return [];
  const others = invalid + duplicates - problems.length;
  const parts = [
    `${count(invalid)} invalid`,
    `${count(duplicates)} duplicates`,
    ...(elsewhere > 0 ? [`${count(elsewhere)} of other domains`] : []),
    ...(skipped > 0 ? [`${count(skipped)} without a mail address`] : []),
  ];
  const more = others > 0 ? [`… and ${count(others)} more (--show all)`] : [];
  return [...problems, ...more, `left out: ${parts.join(', ')}`];
}

function changesOf(difference: Difference | undefined): string[] {
  if (!difference) return [];
  const { added, addedFirst, removed, removedFirst } = difference;
  return [...changes('added', added, addedFirst), ...changes('removed', removed, removedFirst)];
}

function changes(what: string, number: number, first: readonly string[]): string[] {
  if (number === 0) return [];
  const more = number > first.length ? ', …' : '';
  return [`  ${what}: ${count(number)} (${first.join(', ')}${more})`];
}

function count(number: number): string {
  return number.toLocaleString('en');
}
