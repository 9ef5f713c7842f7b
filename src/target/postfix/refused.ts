// The error of a Postfix that does not come up, in its own words.
import { EXIT, UserError } from '../../errors.ts';

export const REFUSED = 'Postfix does not start';

export function refused(quoted: string, cause?: unknown): UserError {
  return new UserError(`${REFUSED}: ${quoted}`, {
    exitCode: EXIT.environment,
    hint: "Check the scenario's raw postfix: settings first; without them this is a fault of the installation.",
    cause,
  });
}
