// Postfix' own account of a run, counted from its mail log line by line. Which program says what:
// log-sessions.ts (smtpd, postscreen), log-cleanup.ts (messages turned away), log-messages.ts (queue and delivery), log-warnings.ts.
import type { TargetTotals } from '../target.ts';
import { CleanupTally } from './log-cleanup.ts';
import { parseLine } from './log-line.ts';
import { MessageTally } from './log-messages.ts';
import { SessionTally } from './log-sessions.ts';
import { LogWarnings } from './log-warnings.ts';

const FATAL = /^(?:fatal|panic): /;

export class LogTally {
  lines = 0;
  readonly sessions = new SessionTally();
  readonly messages = new MessageTally();
  readonly #cleanup = new CleanupTally();
  readonly #warnings = new LogWarnings();

  /** `nowMs`: when it was read, for how long messages stay. */
  line(line: string, nowMs = 0): void {
    this.lines += 1;
    const parsed = parseLine(line);
    if (parsed === undefined) return;
    const { program, text } = parsed;
    if (FATAL.test(text)) return this.#warnings.fatal(program, text);
    if (text.startsWith('warning: ')) return this.#warning(program, text);
    switch (program) {
      case 'smtpd':
        return this.sessions.smtpd(text, (id) => this.messages.incoming(id));
      case 'postscreen':
        return this.sessions.postscreen(text);
      case 'qmgr':
        return this.messages.qmgr(text, nowMs);
      case 'cleanup':
        this.#turnedAway(text);
        return this.messages.cleanup(text);
      case 'bounce':
        return this.messages.bounce(text);
      case 'discard':
        return this.messages.discard(text);
      default:
        return this.messages.delivery(text);
    }
  }

  #warning(program: string, text: string): void {
    if (program === 'smtpd' && this.sessions.warning(text)) return;
    if (program === 'cleanup') this.#turnedAway(text);
    this.#warnings.warning(program, text);
  }

  #turnedAway(text: string): void {
    const turned = this.#cleanup.line(text);
    if (turned) this.sessions.refused('END-OF-MESSAGE', turned.code, turned.cause);
  }

  /** The latest fatal error, in the log's own words. */
  get fatal(): string | undefined {
    return this.#warnings.lastFatal;
  }

  /** The first warning, in the log's own words. */
  get firstWarning(): string | undefined {
    return this.#warnings.first;
  }

  /** What keeps it from taking any mail, in the log's own words. */
  get unopened(): string | undefined {
    return this.#warnings.unopened;
  }

  /** What keeps some program of it from its work, in the log's own words. */
  get lacking(): string | undefined {
    return this.#warnings.lacking;
  }

  totals(): TargetTotals {
    const { sessions, silent, rejects, stageRejects, causes } = this.sessions;
    const { accepted, noticesSent, accounts, complete } = this.messages;
    return {
      sessions,
      lostAfterConnect: silent,
      rcptRejects: { ...rejects },
      stageRejects: { ...stageRejects },
      causes: { ...causes },
      accepted,
      bounces: noticesSent,
      ...(complete && { messages: accounts }),
      warnings: [...this.sessions.warnings(), ...this.#warnings.sentences()],
    };
  }
}
