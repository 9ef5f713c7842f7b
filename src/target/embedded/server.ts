// The embedded mail server put together: listener, waiting room, dialogue and deliverer. In a run
// in a process of its own (main.ts), so that its CPU and memory can be told from the generator's.
import { nowMs } from '../../clock.ts';
import { UserError } from '../../errors.ts';
import { listen, makeServer } from '../../guard/guard.ts';
import { makeCertificate } from '../../world/certificate.ts';
import { LocalNames } from '../../world/names/local-names.ts';
import { HOST_NAME } from '../../world/prompt-server.ts';
import { openRecipients } from '../../world/recipients.ts';
import type { TargetSample, TargetTotals } from '../target.ts';
import { Account } from './account.ts';
import { Deliverer, type Message, type Outlet } from './deliverer.ts';
import { DescriptorWatch } from './descriptor-watch.ts';
import { Door } from './door.ts';
import { probe } from './probe.ts';
import type { Passed } from './protocol.ts';
import type { SessionWatch } from './session.ts';
import { asksNames, describeSettings, isProxied, settingsOf } from './settings.ts';
import { DialogueServer } from './smtp.ts';
import { recipientStages } from './stages/recipient-stages.ts';
import { type Objection, type Reply, StageBook, type StageCount } from './stages/stage-book.ts';
import { Verifier } from './stages/verify.ts';
import { Stress } from './stress.ts';
import { type Occupancy, WaitingRoom } from './waiting-room.ts';
import type { PlacedSite } from './ways.ts';

/** As deep as a kernel allows by default (somaxconn): `acceptQueue` is ours to apply, not the kernel's. */
const KERNEL_BACKLOG = 4096;
const DRAIN_MS = 3000;

export interface EmbeddedServer {
  readonly address: { readonly host: string; readonly port: number };
  readonly configuration: readonly string[];
  /** All but the process' CPU and memory. `workersBusy` and `acceptQueue`: the most since the last look. */
  sample(): TargetSample;
  passed(): Passed;
  /** At this moment. */
  occupancy(): Occupancy;
  /** The counts so far. Takes the peaks, as a sample does. */
  totals(): TargetTotals;
  /** Lets nobody in any more, and tells who is being served: 421 between two commands, in so long at most. */
  dismiss(limitMs: number): Promise<void>;
  /** Cuts off whom it serves. */
  stop(): Promise<TargetTotals>;
}

interface Place {
  readonly host: string;
  readonly port: number;
}
const ANYWHERE: Place = { host: '127.0.0.1', port: 0 };

/** In Postfix' words. */
const UNKEPT: Reply = { code: 451, text: '4.3.0 Error: queue file write error' };

/** As serve(); accepted mail goes to the site's sink, or to the server behind. */
export function startServer(site: PlacedSite, place = ANYWHERE): Promise<EmbeddedServer> {
  return serve(site, (book) => new Deliverer(site, book.add('bounce')), place);
}

/** @throws UserError (3 when it cannot listen or write its recipient table, 4 for an address not admitted). */
export async function serve(
  site: Omit<PlacedSite, 'sink'>,
  openOutlet: (book: StageBook) => Outlet,
  place: Place,
): Promise<EmbeddedServer> {
  const settings = settingsOf(site);
  const recipients = await openRecipients(settings.recipients, site.recipients);
  const names = site.names && asksNames(settings) ? new LocalNames(site.names) : undefined;
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
  const { handsOn } = site;
  const verifier = handsOn?.asks
    ? new Verifier((address) => probe(handsOn.next, address), {
        compress: site.compress,
        isStressed: () => stress.isOn(nowMs()),
      })
    : undefined;
  const checks = recipientStages(site, settings, { recipients, names, verifier }, book);
  const { contentFilter } = settings;
  const filtering = contentFilter && { load: contentFilter, count: book.add('content-filter') };
  const delivery = book.add('delivery');
  const outlet = openOutlet(book);
  const dialogue = new DialogueServer({
    domain: site.domain,
    checks,
    contentFilter: filtering,
    certificate: settings.tls ? await makeCertificate(HOST_NAME) : undefined,
    xclient: watch.xclient,
    accept: (message) => {
      const objection = take(message, outlet, delivery);
      if (!objection) account.accepted += 1;
      return objection;
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
      ...outlet.figures(),
      stress: Number(stress.isOn(nowMs())),
      tooManyErrors: account.tooManyErrors,
      ...door.sample(),
      faults: descriptors.faults,
    };
  };
  const totals = (): TargetTotals => {
    const questions = names?.counts();
    const counted = account.totals(sample(), outlet.failed);
    return {
      ...counted,
      bounces: outlet.bounced,
      warnings: [...counted.warnings, ...recipients.warnings()],
      stages: book.figures(),
      ...(questions && { questions }),
    };
  };
  const shut = (): void => {
    server.close();
    door.close();
    room.close();
  };
  return {
    address,
    configuration: describeSettings(settings, recipients.describe, book.order),
    sample,
    passed: () => ({
      sessions: account.sessions,
      asked: verifier?.asked ?? 0,
      swallowed: outlet.swallowed,
    }),
    occupancy: () => room.now,
    totals,
    dismiss: (limitMs) => {
      shut();
      return dialogue.dismissAll(limitMs);
    },
    stop: async () => {
      shut();
      dialogue.cutAll();
      await outlet.drain(DRAIN_MS);
      recipients.close();
      return totals();
    },
  };
}

function take(message: Message, outlet: Outlet, count: StageCount): Objection {
  try {
    count.measure(() => outlet.accept(message));
    return undefined;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    count.refused(UNKEPT.code);
    return UNKEPT;
  }
}
