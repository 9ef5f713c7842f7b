// `spf: on`: the real policyd-spf, a process for each smtpd that asks, started by Postfix itself. It asks
// the name server of the laboratory.
import { join } from 'node:path';
import { type Program, programPath } from '../../../world/programs.ts';
import type { Companion, RunningCompanion } from './companion.ts';

const POLICYD_SPF: Program = { name: 'policyd-spf', debianPackage: 'postfix-policyd-spf-python' };

const CONF = 'policyd-spf.conf';

/** Refuses what fails, HELO or MAIL, as Debian has it; nobody's client address is excepted. */
const SETTINGS = `debugLevel = -1
TestOnly = 1
HELO_reject = Fail
Mail_From_reject = Fail
PermError_reject = False
TempError_Defer = False
`;

export const policydSpf: Companion = {
  needs: ({ spf }) => (spf === 'on' ? [POLICYD_SPF] : undefined),
  start: async () => besideNobody(programPath(POLICYD_SPF)),
};

function besideNobody(program: string): RunningCompanion {
  const service = 'policyd-spf unix - n n - 0 spawn user=nobody';
  return {
    files: { [CONF]: SETTINGS },
    gives: (folder) => ({
      checks: ['check_policy_service unix:private/policyd-spf'],
      // Longer than any smtpd lives: Postfix would end it in the middle of a dialogue.
      main: { 'policyd-spf_time_limit': '3600' },
      master: { 'policyd-spf/unix': `${service} argv=${program} ${join(folder, CONF)}` },
    }),
    pids: [],
    died: new Promise(() => undefined),
    stop: async () => undefined,
  };
}
