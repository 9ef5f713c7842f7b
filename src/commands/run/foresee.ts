// Looks ahead before a run: whether this machine's generator can keep the plan's pace, from the stored
// calibration, or from a brief one where there is none and the plan is no modest one.
import { availableParallelism } from 'node:os';
import type { Calibration } from '../../calibration/calibration.ts';
import {
  isModest,
  type Limit,
  limitOf,
  type Outlook,
  outlookOf,
} from '../../calibration/forecast.ts';
import type { Stored } from '../../calibration/store.ts';
import { UserError } from '../../errors.ts';
import type { Demand } from '../../plan/demand.ts';
import { formatCount, formatShare, plural } from '../../report/format.ts';
import { isTerminal } from '../terminal.ts';
import type { Interrupt } from './interrupt.ts';

export interface Forecast {
  readonly outlook: Outlook | 'unknown';
  readonly demand: Demand;
  readonly limit?: Limit;
  /** Why a stored calibration was not used, or none could be made. */
  readonly remark?: string;
}

/** Nothing is shown meanwhile but in a terminal: the warning, if any, is to be the first line. */
export async function foresee(
  demand: Demand,
  workers: number,
  stored: Stored,
  interrupt: Interrupt,
): Promise<Forecast> {
  if (stored.kind === 'found') {
    const { calibration } = stored;
    const limit = { perSecond: limitOf(calibration), workers, measuredAt: calibration.measuredAt };
    const outlook = outlookOf(demand.perSecond, limit);
    const busy = outlook === 'within' ? undefined : busyRemark(calibration);
    return { outlook, demand, limit, ...(busy === undefined ? {} : { remark: busy }) };
  }
  if (isModest(demand.perSecond, workers)) return { outlook: 'modest', demand };
  const remark =
    stored.kind === 'unusable' ? `the stored calibration is not used: ${stored.reason}` : undefined;
  const brief = await measureLimit(workers, interrupt);
  if (typeof brief === 'string') return { outlook: 'unknown', demand, remark: brief };
  return {
    outlook: outlookOf(demand.perSecond, brief),
    demand,
    limit: brief,
    ...(remark === undefined ? {} : { remark }),
  };
}

/** A limit that noise made too low is worth another look before a plan is given up. */
function busyRemark({ loadAverage = 0 }: Calibration): string | undefined {
  if (loadAverage < availableParallelism() / 2) return undefined;
  return `that was calibrated at a load average of ${loadAverage.toFixed(1)}: this machine may hold more; repeat \`blowback doctor --calibrate\` when it is idle`;
}

/** A string: why it could not be measured. The run goes on and judges itself by what it sees. */
async function measureLimit(workers: number, interrupt: Interrupt): Promise<Limit | string> {
  const abort = new AbortController();
  const deaf = interrupt.listen(() => abort.abort());
  const wipe = showWait();
  try {
    const { calibrateBriefly } = await import('../../calibration/calibrate.ts');
    const calibration = await calibrateBriefly({ workers, signal: abort.signal });
    return { perSecond: limitOf(calibration), workers, measuredAt: 'brief' };
  } catch (error) {
    if (abort.signal.aborted) return 'the measurement of this machine was interrupted';
    if (!(error instanceof UserError)) throw error;
    return `this machine could not be measured: ${error.message}`;
  } finally {
    wipe();
    deaf();
  }
}

function showWait(): () => void {
  if (!isTerminal(process.stderr)) return () => undefined;
  process.stderr.write('measuring what this machine holds, 3 s …');
  return () => void process.stderr.write('\r\u001b[K');
}

/** What the user is told before the run, most important first. */
export function renderForecast({ outlook, demand, limit, remark }: Forecast): string[] {
  const remarks = remark === undefined ? [] : [remark];
  if (!limit) return remarks;
  const asks = `this plan asks for ${formatCount(demand.perSecond)} sessions/s`;
  const holds = `${formatCount(limit.perSecond)}/s with ${plural(limit.workers, 'worker')} (${origin(limit)})`;
  if (outlook === 'beyond') {
    return [
      `warning: ${asks}; this machine's generator holds ${holds}. Its result will probably be inconclusive (exit 6).`,
      ...remarks,
    ];
  }
  if (outlook === 'close') {
    const share = formatShare(Math.floor((demand.perSecond / limit.perSecond) * 100) / 100);
    return [
      `warning: ${asks}, ${share.replace('\u00a0', ' ')} of what this machine's generator holds: ${holds}. Sends may be late.`,
      ...remarks,
    ];
  }
  if (isModest(demand.perSecond, limit.workers)) return remarks;
  return [...remarks, `note: ${asks}; this machine's generator holds ${holds}, ${ALONE}`];
}

/** What the server under test takes of the machine nobody knows before it has been tested. */
const ALONE =
  'against a server that costs nothing. The server under test takes its part of the same cores.';

function origin({ measuredAt }: Limit): string {
  if (measuredAt !== 'brief') return `calibrated ${measuredAt.slice(0, 10)}`;
  return 'measured just now; blowback doctor --calibrate does it once for all';
}
