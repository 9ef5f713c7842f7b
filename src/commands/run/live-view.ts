// The live view in a terminal, on standard error: cli-progress draws, four frames a second.
import { MultiBar, type SingleBar } from 'cli-progress';
import { type Moment, type RunLabel, showDuration, showRemaining, type View } from './view.ts';

const LINES = ['head', 'all', 'this', 'sent', 'mail', 'target', 'disk', 'faults'] as const;
const BAR = 24;
const LAG_LIMIT_MS = 50;

export class LiveView implements View {
  private readonly bars: MultiBar;
  private readonly lines: SingleBar[];
  private readonly title: string;
  private readonly columns: () => number;
  private readonly phases: readonly (readonly [string, number])[];
  private run: RunLabel | undefined;

  /** `phases`: names and seconds, in order. */
  constructor(
    title: string,
    phases: readonly (readonly [string, number])[],
    stream: NodeJS.WriteStream,
  ) {
    this.title = title;
    this.phases = phases;
    // A pseudo-terminal that was given no size says 0.
    this.columns = () => stream.columns || 80;
    this.bars = new MultiBar({
      stream,
      format: '{line}',
      fps: 4,
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is the command's: it drains, cleans up and then closes the view.
      gracefulExit: false,
      autopadding: false,
    });
    this.lines = LINES.map(() => this.bars.create(1, 0, { line: '' }));
  }

  begin(run: RunLabel): void {
    this.run = run;
  }

  update(moment: Moment): void {
    const width = this.columns() - 1;
    this.render(moment).forEach((line, i) => {
      this.lines[i]?.update(0, { line: line.slice(0, width) });
    });
  }

  note(text: string): void {
    const width = this.columns() - 1;
    // At blanks, as far as there are any.
    const lines = text.match(new RegExp(`.{1,${width}}(?= |$)|.{${width}}`, 'gu')) ?? [];
    this.bars.log(`${lines.map((line) => line.trim()).join('\n')}\n`);
  }

  close(): void {
    this.bars.stop();
  }

  private render(moment: Moment): string[] {
    const run = this.run ?? { variant: '', repeat: 1, number: 1, of: 1 };
    const schedule = this.phases.reduce((sum, [, seconds]) => sum + seconds, 0);
    const done = (run.number - 1 + Math.min(1, moment.elapsed / schedule)) / run.of;
    // Never 100 % before the report is on disk.
    const percent = Math.min(99, Math.floor(done * 100));
    const late = moment.lagMs > LAG_LIMIT_MS;
    const { legit, target, disk } = moment;
    return [
      `blowback  ${this.title}  run ${run.number}/${run.of}`,
      `all runs  ${bar(done)} ${String(percent).padStart(3)} %  ${showDuration(moment.sinceStart)} gone, ${showRemaining(moment.remaining)}`,
      `this run  ${this.phaseBars(moment)}  ${run.variant}`,
      `${late ? 'LATE     ' : 'sent     '} ${moment.perSecond}/s (plan ${moment.duePerSecond}/s, then retries)   lag ${moment.lagMs.toFixed(1)} ms   in flight ${moment.inFlight}${late ? '   the generator falls behind' : ''}`,
      `real mail ${legit.delivered} of ${legit.due} delivered${legit.slowestS === undefined ? '' : `, slowest ${legit.slowestS.toFixed(2)} s`}`,
      `target    ${target.cpu === undefined ? 'CPU unavailable' : `CPU ${Math.round(target.cpu * 100)} %`}${target.memoryBytes === undefined ? '' : `  memory ${megabytes(target.memoryBytes)}`}${target.queue === undefined ? '' : `  queue ${target.queue}`}`,
      `disk      ${megabytes(disk.usedBytes)} of about ${megabytes(disk.expectedBytes)}, ${gigabytes(disk.freeBytes)} free`,
      moment.faults === undefined ? '' : `FAILED    ${moment.faults}`,
    ];
  }

  private phaseBars(moment: Moment): string {
    if (moment.step === 'starting') return 'starting the mail server';
    if (moment.step === 'draining') {
      return `draining, no estimate: ${moment.inFlight} sessions still open`;
    }
    if (moment.step === 'stopping') return 'waiting for the mail server to finish';
    if (moment.step === 'writing') return 'writing the report';
    let before = 0;
    const parts: string[] = [];
    for (const [name, seconds] of this.phases) {
      if (seconds > 0) {
        const share = Math.min(1, Math.max(0, (moment.elapsed - before) / seconds));
        parts.push(`${name === moment.step ? '▶' : ''}${name} ${bar(share, 6)}`);
      }
      before += seconds;
    }
    return parts.join(' ');
  }
}

function bar(share: number, width = BAR): string {
  const full = Math.round(Math.min(1, Math.max(0, share)) * width);
  return '█'.repeat(full) + '░'.repeat(width - full);
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

function gigabytes(bytes: number): string {
  return `${Math.round(bytes / 1e9)} GB`;
}
