// The embedded target's process as its parent sees it: started, asked, ended by its own pid.
import { type ChildProcess, fork } from 'node:child_process';
import { EXIT, UserError } from '../../errors.ts';
import type { Answer, Order } from './protocol.ts';
import type { PlacedSite } from './ways.ts';

const MAIN = new URL('../../../dist/target/embedded/main.js', import.meta.url);
const START_LIMIT_MS = 20_000;
/** From SIGTERM to SIGKILL. */
const END_LIMIT_MS = 2000;
const STDERR_KEPT = 4000;

export type Ready = Extract<Answer, { kind: 'ready' }>;

export class Child {
  readonly #process: ChildProcess;
  /** Resolves with how the process ended, whoever ended it. */
  readonly exited: Promise<string>;
  #stderr = '';

  constructor() {
    this.#process = fork(MAIN, {
      execArgv: [],
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#stderr = (this.#stderr + text).slice(-STDERR_KEPT);
    });
    this.exited = new Promise((resolve) => {
      this.#process.once('error', (error) => resolve(`could not be started: ${error.message}`));
      // 'close' comes when its last words have been read too.
      this.#process.once('close', (code, signal) =>
        resolve(`ended with ${signal ?? `code ${code}`}${this.#lastWords()}`),
      );
    });
  }

  /** @throws UserError: its own, or exit code 3 when it ends or is silent for too long. */
  async start(site: PlacedSite): Promise<Ready> {
    const answered = this.next((answer) => answer.kind === 'ready' || answer.kind === 'failed');
    this.order({ kind: 'start', site });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<string>((resolve) => {
      timer = setTimeout(resolve, START_LIMIT_MS, `said nothing for ${START_LIMIT_MS / 1000} s`);
    });
    const first = await Promise.race([answered, this.exited, late]);
    clearTimeout(timer);
    if (typeof first !== 'string' && first.kind === 'ready') return first;
    await this.end();
    if (typeof first !== 'string' && first.kind === 'failed') {
      throw new UserError(first.message, first);
    }
    throw new UserError(`the embedded target did not start: its process ${String(first)}`, {
      exitCode: EXIT.environment,
    });
  }

  /** The next answer that fits. Never resolves when the process ends before. */
  next(fits: (answer: Answer) => boolean): Promise<Answer> {
    return new Promise((resolve) => {
      const listen = (message: unknown): void => {
        const answer = message as Answer;
        if (!fits(answer)) return;
        this.#process.off('message', listen);
        resolve(answer);
      };
      this.#process.on('message', listen);
    });
  }

  /** A process that has gone takes no orders: `exited` tells, not this. */
  order(order: Order): void {
    if (this.#process.connected) this.#process.send(order, () => undefined);
  }

  /** Ends the process, with force when it does not go. */
  async end(): Promise<void> {
    this.#process.kill('SIGTERM');
    const force = setTimeout(() => this.#process.kill('SIGKILL'), END_LIMIT_MS);
    await this.exited;
    clearTimeout(force);
  }

  #lastWords(): string {
    const words = this.#stderr.split('\n').find((line) => /error/i.test(line)) ?? '';
    return words === '' ? '' : `: ${words.trim()}`;
  }
}
