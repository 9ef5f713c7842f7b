// Who comes in: what the embedded server does with a connection before it takes a worker (the bot filter),
// and before it is greeted (limits of one client, the look-up of its name).
import { nowMs } from '../../clock.ts';
import type { LocalNames, NameAnswer } from '../../world/names/local-names.ts';
import { HOST_NAME, type Socket } from '../../world/prompt-server.ts';
import type { Site, TargetSample } from '../target.ts';
import type { Account } from './account.ts';
import { readProxyHeader } from './proxied-socket.ts';
import type { SessionWatch } from './session.ts';
import { isProxied, type Settings } from './settings.ts';
import { BotScreen } from './stages/bot-filter.ts';
import { ClientCounts } from './stages/client-limits.ts';
import { needNames } from './stages/recipient-stages.ts';
import type { StageBook } from './stages/stage-book.ts';

/** Clients that the filter tests at once: as many as may wait, and a few at least. */
const LEAST_ROOM = 10;

type Serve = (socket: Socket, client: string | undefined) => void;

export class Door {
  readonly #proxied: boolean;
  readonly #serve: Serve;
  readonly #screen: BotScreen | undefined;
  readonly #limits: ClientCounts | undefined;
  readonly watch: Pick<SessionWatch, 'enter' | 'leave' | 'findName'>;

  constructor(
    site: Pick<Site, 'compress'>,
    settings: Settings,
    names: LocalNames | undefined,
    book: StageBook,
    account: Account,
    serve: Serve,
  ) {
    this.#proxied = isProxied(settings.client);
    this.#serve = serve;
    this.#screen = settings.botFilter && screenOf(site, settings, names, book, account, serve);
    this.#limits = settings.clientLimits && new ClientCounts(settings.clientLimits);
    this.watch = {
      ...limitsOf(this.#limits, book),
      findName: settings.reverseLookup ? nameFinder(needNames(names), book) : undefined,
    };
  }

  arrive(socket: Socket): void {
    const screen = this.#screen;
    if (!screen) return this.#serve(socket, undefined);
    if (!this.#proxied) return screen.arrive(socket, socket.remoteAddress ?? '');
    readProxyHeader(socket, (header) => {
      if (header.kind === 'gone') return;
      if (header.kind === 'complete')
        return screen.arrive(socket, header.client ?? socket.remoteAddress ?? '');
      socket.on('error', () => undefined).destroy();
    });
  }

  sample(): TargetSample {
    const { concurrent, rate } = this.#limits?.refused ?? { concurrent: 0, rate: 0 };
    return {
      ...(this.#limits && { refusedConcurrent: concurrent, refusedRate: rate }),
      ...this.#screen?.counts,
    };
  }

  close(): void {
    this.#screen?.close();
  }
}

function screenOf(
  site: Pick<Site, 'compress'>,
  { botFilter, acceptQueue }: Settings,
  names: LocalNames | undefined,
  book: StageBook,
  account: Account,
  serve: Serve,
): BotScreen | undefined {
  if (!botFilter) return undefined;
  return new BotScreen(
    {
      filter: botFilter,
      names: botFilter.dnsbl ? needNames(names) : undefined,
      compress: site.compress,
      room: Math.max(LEAST_ROOM, acceptQueue),
      serve,
      onGreeting: account.greeted,
      onRcptReject: account.rejected,
      onEnd: account.ended,
    },
    book,
  );
}

function limitsOf(
  limits: ClientCounts | undefined,
  book: StageBook,
): Pick<SessionWatch, 'enter' | 'leave'> {
  if (!limits) return { enter: () => undefined, leave: () => undefined };
  const count = book.add('client-limits');
  return {
    enter: (client) => {
      const excess = count.measure(() => limits.enter(client, nowMs()));
      if (!excess) return undefined;
      count.refused(421);
      const text = `4.7.0 ${HOST_NAME} Error: too many connections from ${client}`;
      return { code: 421, text };
    },
    leave: (client) => limits.leave(client),
  };
}

/** As Postfix: the name of the address, and then whether that name has the address. */
function nameFinder(names: LocalNames, book: StageBook): (client: string) => unknown {
  const count = book.add('reverse-look-up');
  const confirm = (answer: NameAnswer): NameAnswer | Promise<NameAnswer> =>
    answer !== 'fault' && answer?.ptr ? names.ask('A', answer.ptr) : undefined;
  return (client) =>
    count.measure(() => {
      const answer = names.askOf('PTR', client, 'in-addr.arpa');
      return answer instanceof Promise ? answer.then(confirm) : confirm(answer);
    });
}
