// `contentFilter`: a scanner before the queue (SMTPD_PROXY_README). Postfix hands each message to a process of
// ours, which burns and waits as it is told, and hands it back to an smtpd behind: real CPU, and one more
// dialogue for each message. One process, so one core at most; what it lacks, senders wait for.
import { fileURLToPath } from 'node:url';
import type { Tuning } from '../../../tuning/tuning.ts';
import type { Site } from '../../target.ts';
import { type Additions, type Companion, PORTS, type RunningCompanion } from './companion.ts';
import { startDaemon } from './daemon.ts';

const MAIN = new URL('../../../../dist/target/postfix/companions/filter-main.js', import.meta.url);

export const contentFilter: Companion = {
  needs: (tuning) => (settingsOf(tuning) ? [] : undefined),
  start,
};

function settingsOf({ contentFilter: filter }: Tuning) {
  return filter === 'off' ? undefined : filter;
}

async function start({ tuning }: Site, directory: string): Promise<RunningCompanion> {
  const { cpuMs, waitMs } = settingsOf(tuning) ?? { cpuMs: 0, waitMs: 0 };
  const numbers = [PORTS.contentFilter, PORTS.reinjection, cpuMs, waitMs];
  const { pid, died, stop } = await startDaemon({
    name: 'content-filter',
    program: process.execPath,
    args: [fileURLToPath(MAIN), ...numbers.map(String)],
    port: PORTS.contentFilter,
    directory,
  });
  return { gives: filtered, pids: [pid], died, stop };
}

/** What the smtpd behind takes without a word: all of it has been judged in front. */
const UNJUDGED = {
  syslog_name: 'postfix/behind',
  mynetworks: '127.0.0.0/8',
  smtpd_authorized_xforward_hosts: '127.0.0.0/8',
  smtpd_proxy_filter: '',
  smtpd_client_restrictions: '',
  smtpd_helo_restrictions: '',
  smtpd_sender_restrictions: '',
  smtpd_relay_restrictions: 'permit_mynetworks,reject',
  smtpd_recipient_restrictions: 'permit_mynetworks,reject',
  smtpd_data_restrictions: '',
  smtpd_end_of_data_restrictions: '',
  smtpd_reject_unlisted_recipient: 'no',
  smtpd_milters: '',
  smtpd_upstream_proxy_protocol: '',
  smtpd_tls_security_level: 'none',
  smtpd_peername_lookup: 'no',
  smtpd_client_connection_count_limit: '0',
  smtpd_client_connection_rate_limit: '0',
  smtpd_hard_error_limit: '1000',
} as const;

function filtered(): Additions {
  const options = Object.entries(UNJUDGED).map(([key, value]) => `-o ${key}=${value}`);
  const service = `127.0.0.1:${PORTS.reinjection}/inet`;
  const line = `127.0.0.1:${PORTS.reinjection} inet n - n - 0 smtpd ${options.join(' ')}`;
  return {
    main: { smtpd_proxy_filter: `127.0.0.1:${PORTS.contentFilter}` },
    master: { [service]: line },
  };
}
