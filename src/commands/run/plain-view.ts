// The view without a terminal: a line per phase and per finished run, a heartbeat each minute, no
// escape codes.
import { plural } from '../../report/format.ts';
import { type Moment, type RunLabel, showRemaining, type View } from './view.ts';

const HEARTBEAT_MS = 60_000;

export class PlainView implements View {
  private readonly print: (line: string) => void;
  private run: RunLabel | undefined;
  private step = '';
  private lastMs = 0;

  constructor(print: (line: string) => void) {
    this.print = print;
  }

  begin(run: RunLabel): void {
    this.run = run;
    this.step = '';
  }

  update(moment: Moment): void {
    const now = Date.now();
    const changed = moment.step !== this.step;
    if (!changed && now - this.lastMs < HEARTBEAT_MS) return;
    this.step = moment.step;
    this.lastMs = now;
    const run = this.run ? `run ${this.run.number}/${this.run.of} ${this.run.variant}` : 'run';
    const sent = moment.started > 0 ? `, ${plural(moment.started, 'session')} started` : '';
    const faults = moment.faults === undefined ? '' : `, ${moment.faults}`;
    this.print(`${run}: ${moment.step}${sent}${faults}, ${showRemaining(moment.remaining)}`);
  }

  note(text: string): void {
    this.print(text);
  }

  close(): void {}
}
