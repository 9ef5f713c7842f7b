// `blowback doctor`: what this machine can do, and which scenarios can be played on it.
import { Command, InvalidArgumentError } from 'commander';
import { fingerprint } from '../calibration/fingerprint.ts';
import { limitOf } from '../calibration/forecast.ts';
import { calibrationPath } from '../calibration/path.ts';
import { type Place, readCalibration } from '../calibration/store.ts';
import { EXIT, type ExitCode, UserError } from '../errors.ts';
import { builtInNames } from '../scenario/library.ts';
import { pairs } from './compare.ts';
import { type Diagnosis, isLacking } from './doctor/diagnosis.ts';
import { examine, readMachine } from './doctor/examine.ts';
import { measureMachine } from './doctor/measure.ts';
import { judgeWish, readWish } from './doctor/prospects.ts';
import { diagnosisJson, renderDiagnosis } from './doctor/render.ts';
import { startRun } from './run/start.ts';
import { chooseCrew } from './run/workers.ts';

const USUAL_SCENARIO = 'deluge-2008';
/** Two runs each: with the usual scenario five minutes. */
const SELF_PAIRS = 8;

interface Options {
  readonly aa?: true;
  readonly repeat: number;
  readonly calibrate?: true;
  readonly workers?: number;
  readonly json?: true;
  readonly target?: string;
  readonly config?: string;
}

export function doctorCommand(version: string, exit: (code: number) => void): Command {
  return new Command('doctor')
    .description('what this machine can do, and which scenarios can be played on it')
    .argument('[scenario...]', 'scenarios to judge: paths or names (default: the built-in ones)')
    .option('--calibrate', 'measure the generator, in less than 20 s, and keep the figures')
    .option('--workers <n>', 'for so many generator threads (default: as a run has)', count)
    .option('--target <target>', 'judge them for this target, as `run` takes it')
    .option('--config <dir>', 'a Postfix configuration beneath all variants, as `run` takes it')
    .option('--aa', 'play one scenario against itself: false alarms, and what can be seen here')
    .option('--repeat <n>', 'with --aa: so many pairs', pairs, SELF_PAIRS)
    .option('--json', 'print what was found as JSON on standard output')
    .action(async (names: readonly string[], options: Options) => {
      exit(
        await (options.aa
          ? againstItself(version, names, options)
          : doctor(version, names, options)),
      );
    });
}

/** Plays it as `compare` does, with the baseline on both sides. */
function againstItself(
  version: string,
  names: readonly string[],
  { target, config, workers, json, repeat }: Options,
): Promise<number> {
  const [name = USUAL_SCENARIO, more] = names;
  if (more !== undefined) {
    throw new UserError('--aa plays one scenario', { exitCode: EXIT.usage });
  }
  const options = {
    twice: true,
    set: [],
    ...(target !== undefined && { target }),
    ...(config !== undefined && { config }),
    ...(workers !== undefined && { workers }),
    ...(json && { json }),
  } as const;
  const words = ['doctor', '--aa', '--repeat', String(repeat)];
  const inquiry = { repeat, metrics: [], words, self: true } as const;
  return startRun({ version, name, options, inquiry });
}

async function doctor(
  version: string,
  names: readonly string[],
  options: Options,
): Promise<ExitCode> {
  const { workers } = chooseCrew('embedded', options.workers);
  const place = { path: calibrationPath(), machine: fingerprint(version) };
  // First of all: a scenario with a mistake is not worth a calibration.
  const wishes = (names.length > 0 ? names : builtInNames()).map((name) =>
    readWish(name, workers, { target: options.target, config: options.config }),
  );
  const fresh = options.calibrate ? await measureMachine(place, workers) : undefined;
  if (options.calibrate && !fresh) return EXIT.interrupted;
  const known = fresh ? { calibration: fresh } : recall(place, workers);
  const limit = known.calibration && limitOf(known.calibration);
  const diagnosis: Diagnosis = {
    blowback: version,
    machine: place.machine,
    crew: chooseCrew('embedded', options.workers),
    checks: examine(readMachine()),
    ...known,
    prospects: wishes.map((wish) => judgeWish(wish, limit, workers)),
  };
  console.log(
    options.json ? JSON.stringify(diagnosisJson(diagnosis), null, 2) : renderDiagnosis(diagnosis),
  );
  return isLacking(diagnosis) ? EXIT.environment : EXIT.ok;
}

type Known = Pick<Diagnosis, 'calibration' | 'uncalibrated'>;

function recall(place: Place, workers: number): Known {
  const stored = readCalibration(place, workers);
  if (stored.kind === 'found') return { calibration: stored.calibration };
  const mend = '`blowback doctor --calibrate` measures it in less than 20 s';
  return {
    uncalibrated:
      stored.kind === 'none'
        ? `not calibrated yet: ${mend}`
        : `the stored calibration is not used: ${stored.reason}. ${mend}`,
  };
}

function count(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 64) {
    throw new InvalidArgumentError('expected a whole number from 1 to 64.');
  }
  return number;
}
