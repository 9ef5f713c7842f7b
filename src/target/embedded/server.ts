// The embedded mail server put together: listener, waiting room, dialogue and deliverer. Runs in the
// target's own process (main.ts), so that its CPU and memory can be told from the generator's.
import { nowMs } from '../../clock.ts';
import { listen, makeServer } from '../../guard/guard.ts';
import { makeCertificate } from '../../world/certificate.ts';
import { LocalNames } from '../../world/names/local-names.ts';
import { HOST_NAME } from '../../world/prompt-server.ts';
import { openRecipients } from '../../world/recipients.ts';
import type { Site, TargetSample, TargetTotals } from '../target.ts';
import { Account } from './account.ts';
import { Deliverer } from './deliverer.ts';
import { DescriptorWatch } from './descriptor-watch.ts';
import { Door } from './door.ts';
import type { SessionWatch } from './session.ts';
import { asksNames, describeSettings, isProxied, settingsOf } from './settings.ts';
import { DialogueServer } from './smtp.ts';
import { recipientStages } from './stages/recipient-stages.ts';
import { StageBook } from './stages/stage-book.ts';
import { Stress } from './stress.ts';
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
  const names = site.names && asksNames(settings) ? new LocalNames(site.names) : undefined;
  const deliverer = new Deliverer(site.sink);
  const book = new StageBook();
  const account = new Account();
  const stress = new Stress(settings.stress, {
    errors: settings.errorLimit,
    isSet: settings.errorLimitIsSet,
  });
  const door = new Door(site, settings, names, book, account, (socket, client) =>
    room.arrive(socket, client),
  );
  const watch: SessionWatch = {
    ...door.watch,
    ...account.watch(() => room.leave()),
    patience: () => stress.patience(nowMs()),
    proxied: isProxied(settings.client),
    xclient: settings.client === 'xclient',
  };
  const checks = recipientStages(site, settings, { recipients, names }, book);
  const { contentFilter } = settings;
  const filtering = contentFilter && { load: contentFilter, count: book.add('content-filter') };
  const delivery = book.add('delivery');
  const dialogue = new DialogueServer({
    domain: site.domain,
    checks,
    contentFilter: filtering,
    certificate: settings.tls ? await makeCertificate(HOST_NAME) : undefined,
    xclient: watch.xclient,
    accept: (message) => {
      account.accepted += 1;
      delivery.measure(() => deliverer.accept(message));
    },
    watch,
  });
  const room = new WaitingRoom({
    ...settings,
    serve: (socket, client) => dialogue.serve(socket, client),
    onAllBusy: () => stress.allBusy(nowMs(), settings.workers),
  });
  const server = makeServer({ noDelay: true }, (socket) => door.arrive(socket));
  const address = await listen(server, { ...place, backlog: KERNEL_BACKLOG });
  const descriptors = new DescriptorWatch(server);
  const sample = (): TargetSample => {
    descriptors.look();
    return {
      ...room.takePeaks(),
      listenOverflows: room.overflows,
      queue: deliverer.queued,
      stress: Number(stress.isOn(nowMs())),
      tooManyErrors: account.tooManyErrors,
      ...door.sample(),
      faults: descriptors.faults,
    };
  };
  return {
    address,
    configuration: describeSettings(settings, recipients.describe, book.order),
    sample,
    stop: async () => {
      server.close();
      door.close();
      room.close();
      dialogue.cutAll();
      await deliverer.drain(DRAIN_MS);
      recipients.close();
      const questions = names?.counts();
      const totals = account.totals(sample(), deliverer.failed);
      return {
        ...totals,
        warnings: [...totals.warnings, ...recipients.warnings()],
        stages: book.figures(),
        ...(questions && { questions }),
      };
    },
  };
}
