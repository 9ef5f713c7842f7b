// The embedded mail server put together: listener, waiting room, dialogue and deliverer. Runs in the
// target's own process (main.ts), so that its CPU and memory can be told from the generator's.
import { listen, makeServer } from '../../guard/guard.ts';
import { makeCertificate } from '../../world/certificate.ts';
import { HOST_NAME } from '../../world/prompt-server.ts';
import { openRecipients } from '../../world/recipients.ts';
import type { Site, TargetSample, TargetTotals } from '../target.ts';
import { Deliverer } from './deliverer.ts';
import { DescriptorWatch } from './descriptor-watch.ts';
import { rcptChecks } from './rcpt-checks.ts';
import type { SessionWatch } from './session.ts';
import { describeSettings, type Settings, settingsOf } from './settings.ts';
import { DialogueServer } from './smtp.ts';
import { WaitingRoom } from './waiting-room.ts';

/** As deep as a kernel allows by default (somaxconn): `acceptQueue` is ours to apply, not the kernel's. */
const KERNEL_BACKLOG = 4096;
const DRAIN_MS = 3000;

export interface EmbeddedServer {
  readonly address: { readonly host: string; readonly port: number };
  readonly configuration: readonly string[];
  /** All but the process' CPU and memory. `workersBusy` and `acceptQueue`: the most since the last look. */
  sample(): TargetSample;
  stop(): Promise<TargetTotals>;
}

/** @throws UserError (3 when it cannot listen or write its recipient table, 4 for an address not admitted). */
export async function startServer(
  site: Site,
  place: { readonly host: string; readonly port: number } = { host: '127.0.0.1', port: 0 },
): Promise<EmbeddedServer> {
  const settings = settingsOf(site);
  const recipients = await openRecipients(settings.recipients, site.recipients);
  const deliverer = new Deliverer(site.sink);
  const account = new Account();
  const dialogue = new DialogueServer({
    domain: site.domain,
    checks: rcptChecks(site, settings, recipients),
    contentFilter: settings.contentFilter,
    certificate: settings.tls ? await makeCertificate(HOST_NAME) : undefined,
    xclient: settings.client === 'xclient',
    accept: (message) => {
      account.accepted += 1;
      deliverer.accept(message);
    },
    watch: account.watch(settings, () => room.leave()),
  });
  const room = new WaitingRoom({ ...settings, serve: (socket) => dialogue.connect(socket) });
  const server = makeServer({ noDelay: true }, (socket) => room.arrive(socket));
  const address = await listen(server, { ...place, backlog: KERNEL_BACKLOG });
  const descriptors = new DescriptorWatch(server);
  const sample = (): TargetSample => {
    descriptors.look();
    return {
      ...room.takePeaks(),
      listenOverflows: room.overflows,
      queue: deliverer.queued,
      faults: descriptors.faults,
    };
  };
  return {
    address,
    configuration: describeSettings(settings, recipients.describe),
    sample,
    stop: async () => {
      server.close();
      room.close();
      dialogue.cutAll();
      await deliverer.drain(DRAIN_MS);
      recipients.close();
      return account.totals(sample(), deliverer.failed);
    },
  };
}

/** The server's own count of the run. */
class Account {
  accepted = 0;
  #sessions = 0;
  #lostAfterConnect = 0;
  readonly #rcptRejects: Record<string, number> = {};

  watch({ errorLimit, client }: Settings, onEnd: () => void): SessionWatch {
    return {
      errorLimit,
      proxied: client === 'proxy-v1' || client === 'proxy-v2',
      onGreeting: () => {
        this.#sessions += 1;
      },
      onRcptReject: (code) => {
        this.#rcptRejects[code] = (this.#rcptRejects[code] ?? 0) + 1;
      },
      onEnd: (silent) => {
        if (silent) this.#lostAfterConnect += 1;
        onEnd();
      },
    };
  }

  totals(last: TargetSample, failed: number): TargetTotals {
    const undelivered = failed + (last.queue ?? 0);
    return {
      sessions: this.#sessions,
      lostAfterConnect: this.#lostAfterConnect,
      rcptRejects: this.#rcptRejects,
      accepted: this.accepted,
      last,
      warnings:
        undelivered > 0
          ? [`${undelivered} accepted messages could not be delivered to the sink`]
          : [],
    };
  }
}
