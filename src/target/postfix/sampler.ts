// One look at the running Postfix: CPU and memory of its processes, its port, its queue, its log.
import { readdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import { nowMs } from '../../clock.ts';
import { isLackOfDescriptors } from '../../world/descriptors.ts';
import type { TargetSample } from '../target.ts';
import type { Layout } from './layout.ts';
import { LogTally } from './log.ts';
import { LogTail } from './log-tail.ts';
import { MemoryWatch } from './memory.ts';
import { cpuSeconds, type ProcessStat, readProcesses, treeOf } from './processes.ts';
import { listenOverflows, readPort } from './sockets.ts';
import { StressWatch } from './stress.ts';

/** How the figures are come by that could be come by in other ways. */
export const METHODS = {
  'target.cpu_s': "the mail server's process tree, with the processes that have ended",
  'target.disk_bytes':
    'bytes logged, and the sizes of the messages that were queued: queue and log lie in memory here',
  'target.queue_oldest_peak': 'since the queue manager first logged it, to the second',
} as const;

/** Postfix takes no mail with less than 1.5 times the largest message, which by default has 10 MB. */
const LEAST_ROOM = 15 * 2 ** 20;

interface Listener {
  readonly address: string;
  readonly port: number;
}

export class Sampler {
  /** The mail server's first process, and those of its companions. */
  readonly #roots: readonly number[];
  readonly #at: Listener;
  readonly #layout: Layout;
  readonly tally = new LogTally();
  readonly #log: LogTail;
  readonly #memory = new MemoryWatch();
  readonly #stress = new StressWatch();
  /** A line of our own, and how long it was. */
  #mark: string | undefined;
  #markBytes = 0;
  /** Looks that found the file system full. */
  #full = 0;
  /** Told with each look once a table that mail has to pass cannot be opened. */
  onUnopened: (said: string) => void = () => undefined;
  /** The namespace's counter goes on from one instance to the next. */
  readonly #overflowsBefore = listenOverflows();

  constructor(roots: readonly number[], at: Listener, layout: Layout, logStart: number) {
    this.#roots = roots;
    this.#at = at;
    this.#layout = layout;
    this.#log = new LogTail(layout.log, logStart, (line) => this.#line(line));
  }

  /** @param all the machine's processes, where they have been read already */
  async sample(all: readonly ProcessStat[] = readProcesses()): Promise<TargetSample> {
    const tree = this.#roots.flatMap((root) => treeOf(root, all));
    const smtpds = tree.filter(({ name }) => name === 'smtpd');
    const port = readPort(this.#at.address, this.#at.port);
    await this.#log.read();
    const { unopened } = this.tally;
    if (unopened !== undefined) this.onUnopened(unopened);
    return {
      cpuS: cpuSeconds(tree),
      memoryBytes: this.#memory.look(tree),
      ...workers(smtpds, (await port).accepted),
      acceptQueue: (await port).acceptQueue,
      listenOverflows: listenOverflows() - this.#overflowsBefore,
      stress: Number(this.#stress.look(smtpds)),
      ...this.#queue(),
      ...this.#logged(),
      ...this.#room(),
    };
  }

  /** What lies in the laboratory shares one tmpfs, and a full one is no tuning's doing. */
  #room(): TargetSample {
    const { bavail, bsize } = statfsSync(this.#layout.spool);
    if (bavail * bsize < LEAST_ROOM) this.#full += 1;
    return this.#full > 0 ? { faults: { ENOSPC: this.#full } } : {};
  }

  /** All that has been logged until now is in the tally when this resolves. */
  async readLog(): Promise<void> {
    await this.#log.read();
  }

  /** Whether a line of ours with this text has been read, and all that was logged before it; it counts for nothing. */
  async readUntil(mark: string): Promise<boolean> {
    this.#mark = mark;
    await this.readLog();
    return this.#markBytes > 0;
  }

  async close(): Promise<void> {
    await this.#log.close();
  }

  #line(line: string): void {
    if (this.#mark !== undefined && line.includes(this.#mark)) this.#markBytes += line.length + 1;
    else this.tally.line(line, nowMs());
  }

  #queue(): TargetSample {
    const { spool } = this.#layout;
    const count = (name: string) => countFiles(join(spool, name));
    const queueIncoming = count('maildrop') + count('incoming');
    const queueActive = count('active');
    const queueDeferred = count('deferred');
    return {
      queue: queueIncoming + queueActive + queueDeferred,
      queueIncoming,
      queueActive,
      queueDeferred,
      queueOldestS: (this.tally.messages.oldestMs(nowMs()) ?? 0) / 1000,
    };
  }

  #logged(): TargetSample {
    const { sessions, messages, lines } = this.tally;
    const logBytes = this.#log.bytes - this.#markBytes;
    return {
      logBytes,
      logLines: lines,
      diskBytes: logBytes + messages.queuedBytes,
      ...sessions.verdicts,
    };
  }
}

/** More connections than processes: one was taken and given back between the two looks. */
function workers(smtpds: readonly ProcessStat[], accepted: number): TargetSample {
  const workersBusy = Math.min(accepted, smtpds.length);
  return {
    workersBusy,
    workersIdle: smtpds.length - workersBusy,
    workersRunning: smtpds.filter(({ running }) => running).length,
  };
}

/** Queue files, those in hashed subdirectories included. Files come and go while we look. */
function countFiles(directory: string): number {
  let count = 0;
  for (const name of namesIn(directory)) {
    // A queue id is longer than the one digit that a subdirectory is named by (hash_queue_names).
    count += name.length === 1 ? countFiles(join(directory, name)) : 1;
  }
  return count;
}

function namesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isLackOfDescriptors(error)) throw error;
    return [];
  }
}
