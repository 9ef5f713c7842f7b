// Calibrates this machine for `blowback doctor`: progress while it goes on, an end by Ctrl-C, and the
// figures kept for later runs.
import { Presets, SingleBar } from 'cli-progress';
import { calibrate, HELD, type Step } from '../../calibration/calibrate.ts';
import type { Calibration } from '../../calibration/calibration.ts';
import { type Place, writeCalibration } from '../../calibration/store.ts';
import { descriptorLimit } from '../../world/descriptors.ts';
import { Interrupt } from '../run/interrupt.ts';
import { isTerminal } from '../terminal.ts';

/** Of each process: the rest of what it needs. */
const OWN_DESCRIPTORS = 128;

/** Undefined when it was interrupted. */
export async function measureMachine(
  place: Place,
  workers: number,
): Promise<Calibration | undefined> {
  const interrupt = new Interrupt();
  const abort = new AbortController();
  interrupt.take();
  interrupt.listen(() => abort.abort());
  const progress = showProgress(process.stderr);
  try {
    const held = Math.min(HELD, (descriptorLimit() ?? Number.POSITIVE_INFINITY) - OWN_DESCRIPTORS);
    const { signal } = abort;
    const calibration = await calibrate({ workers, held, signal, onStep: progress.step });
    progress.close();
    keep(place, calibration);
    return calibration;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
    progress.close();
    console.error('interrupted: nothing was measured to the end, nothing is kept');
    return undefined;
  } finally {
    progress.close();
    interrupt.release();
  }
}

/** Figures that cannot be kept are worth showing all the same. */
function keep(place: Place, calibration: Calibration): void {
  try {
    writeCalibration(place, calibration);
  } catch (error) {
    console.error(`the calibration cannot be kept for later runs: ${(error as Error).message}`);
  }
}

interface Progress {
  readonly step: (step: Step) => void;
  close(): void;
}

function showProgress(stream: NodeJS.WriteStream): Progress {
  if (!isTerminal(stream)) {
    return {
      step: ({ number, of, what }) => console.error(`calibrating ${number}/${of}: ${what}`),
      close: () => undefined,
    };
  }
  const bar = new SingleBar(
    {
      stream,
      format: 'calibrating {bar} {value}/{total}  {what}',
      barsize: 16,
      hideCursor: true,
      clearOnComplete: true,
      // Ctrl-C is the command's: it ends the measurement and then closes the bar.
      gracefulExit: false,
    },
    Presets.shades_classic,
  );
  return {
    step: ({ number, of, what }) => {
      if (number === 1) bar.start(of, 0, { what });
      // The step under way is not done yet.
      bar.update(number - 1, { what });
    },
    close: () => {
      if (bar.isActive) bar.stop();
    },
  };
}
