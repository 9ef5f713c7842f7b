// CPU and wall time per session: our generator beside the others, all into one smtp-sink.
import {
  BLOWBACK,
  type Contender,
  NODEMAILER,
  POSTAL,
  SMTP_SOURCE,
} from '../measure/contenders.ts';
import type { Context, Experiment } from '../measure/context.ts';
import { absence, interleave, play, type Sample } from '../measure/match.ts';
import { digits, type Limit, type Row } from '../measure/row.ts';
import type { Sink } from '../measure/sink.ts';
import { median, pairwise } from '../measure/statistics.ts';

const OTHERS = [SMTP_SOURCE, NODEMAILER, POSTAL] as const;
const BYTES = 4096;

interface Load {
  readonly atOnce: number;
  readonly sessions: number;
  readonly repeats: number;
  readonly rejected?: boolean;
  /** CPU per session, as a multiple of a contender's; `pipelined`: ours, of smtp-source's lock-step. */
  readonly cpu?: Readonly<Record<string, Limit>>;
  /** Sessions a second, as a multiple of smtp-source's. */
  readonly rate?: Limit;
}

const LOADS: readonly Load[] = [
  { atOnce: 1, sessions: 5_000, repeats: 3 },
  {
    atOnce: 100,
    sessions: 60_000,
    repeats: 5,
    cpu: {
      'smtp-source': { atMost: 1 },
      nodemailer: { atMost: 0.35 },
      pipelined: { atMost: 0.7 },
    },
  },
  { atOnce: 1_000, sessions: 20_000, repeats: 3, rate: { atLeast: 1 } },
  { atOnce: 10_000, sessions: 20_000, repeats: 3 },
  { atOnce: 100, sessions: 20_000, repeats: 3, rejected: true },
];

export const cost: Experiment = {
  name: 'cost',
  needsSink: true,
  async run(context) {
    const rows: Row[] = [];
    for (const load of LOADS) rows.push(...(await match(context, load)));
    return {
      title: 'CPU and time per session',
      method: [
        'A session is a connection with one message of 4 KB. CPU and time count from the start signal on, with every',
        'outcome recorded; those of the C programs as a whole. In brackets: user and system CPU of the whole process, as',
        'bash’s `time` has it, in which Node’s start and the preparing of messages are 0.7 s. Ours come from 300 client',
        'addresses, the others from one: bind() is 13 µs of ours. In lock-step (`smtp-sink -p`) all talk alike;',
        'pipelined is the same mail where PIPELINING is offered, which none of the others uses, beside smtp-source’s',
        'lock-step. Refused sessions are bounces; smtp-source says RSET before QUIT in them. postal stalls after 2,048',
        'messages in a minute: its runs have 1,900.',
      ].join('\n'),
      rows,
    };
  },
};

type Samples = Readonly<Record<string, readonly Sample[]>>;

/** All who can do it, in turn. */
async function match(context: Context, load: Load): Promise<Row[]> {
  const job = {
    atOnce: load.atOnce,
    sessions: context.few(load.sessions, Math.max(1000, load.atOnce)),
    messageBytes: BYTES,
    rejected: load.rejected ?? false,
    folder: context.folder,
  };
  const sink = await context.sink(load.rejected ? 'rejecting' : 'lock-step');
  const reasons = OTHERS.map((other) => absence(other) ?? other.cannot?.({ ...job, port: 0 }));
  const able = OTHERS.filter((_, i) => reasons[i] === undefined);
  const plays: Record<string, () => Promise<Sample>> = {};
  const enter = (name: string, contender: Contender, into: Sink): void => {
    plays[name] = () => play(contender, job, into);
  };
  for (const contender of [BLOWBACK, ...able]) enter(contender.name, contender, sink);
  if (!load.rejected) enter('pipelined', BLOWBACK, await context.sink('pipelined'));
  const samples = await interleave(context.few(load.repeats, 1), plays);
  const missing = reasons.flatMap((note, i) =>
    note === undefined ? [] : [{ what: describe(load), theirs: OTHERS[i]?.name ?? '', note }],
  );
  return [...compare(load, samples, able), ...missing];
}

function compare(load: Load, samples: Samples, able: readonly Contender[]): Row[] {
  const what = describe(load);
  const rows = able.map(({ name }) =>
    cpuRow(`CPU, ${what}`, samples, 'blowback', name, load.cpu?.[name]),
  );
  if (!samples['smtp-source']) return rows;
  rows.push(rateRow(`sessions/s, ${what}`, samples, load.rate));
  if (samples['pipelined']) {
    const limit = load.cpu?.['pipelined'];
    rows.push(cpuRow(`CPU, ${what}, pipelined`, samples, 'pipelined', 'smtp-source', limit));
  }
  return rows;
}

function describe({ atOnce, rejected }: Load): string {
  return `${rejected ? 'refused at RCPT' : 'accepted'}, ${atOnce.toLocaleString('en')} at once`;
}

function cpuRow(
  what: string,
  samples: Samples,
  own: string,
  other: string,
  limit: Limit | undefined,
): Row {
  const ours = samples[own] ?? [];
  const theirs = samples[other] ?? [];
  return {
    what,
    ours: cpuText(ours),
    theirs: `${other} ${cpuText(theirs)}`,
    figure: pairwise(
      ours.map(({ cpuUs }) => cpuUs),
      theirs.map(({ cpuUs }) => cpuUs),
    ),
    ...(limit ? { limit } : {}),
    ...lossNote(own, ours),
    ...lossNote(other, theirs),
  };
}

/** What did not come through is no part of a figure, but is said. */
function lossNote(name: string, samples: readonly Sample[]): Pick<Row, 'note'> {
  const lost = samples.reduce((sum, sample) => sum + sample.lost, 0);
  return lost > 0 ? { note: `${lost} sessions of ${name} came to nothing` } : {};
}

function cpuText(samples: readonly Sample[]): string {
  const of = (key: 'cpuUs' | 'userUs' | 'systemUs') => digits(median(samples.map((s) => s[key])));
  return `${of('cpuUs')} µs (${of('userUs')} + ${of('systemUs')})`;
}

function rateRow(what: string, samples: Samples, limit: Limit | undefined): Row {
  const rates = (name: string) => (samples[name] ?? []).map(({ wallUs }) => 1e6 / wallUs);
  const ours = rates('blowback');
  const theirs = rates('smtp-source');
  return {
    what,
    ours: digits(median(ours)),
    theirs: `smtp-source ${digits(median(theirs))}`,
    figure: pairwise(ours, theirs),
    ...(limit ? { limit } : {}),
  };
}
