// A link between two servers: whoever connects to its port is connected to the server behind, later by the
// round trips of the handshake, and each byte, end and reset comes through the line of its direction.
import { nowMs } from '../clock.ts';
import { dial, listen, makeServer } from '../guard/guard.ts';
import { type Cargo, Line } from './line.ts';

export interface LinkOrders {
  /** Where it listens. */
  readonly host: string;
  /** A free one where it is not said. */
  readonly port?: number;
  readonly to: { readonly host: string; readonly port: number };
  /** The address that the server behind sees. */
  readonly from: string;
  readonly bitsPerSecond?: number;
  readonly roundTripMs?: number;
}

/** What has been carried: bytes to the server behind and from it, and connections. */
export type LinkCounts = Record<'bytesThere' | 'bytesBack' | 'connections', number>;

export type Count = (what: keyof LinkCounts, more: number) => void;

type Socket = ReturnType<typeof dial>;

/** One direction of one connection. */
interface Flow {
  readonly source: Socket;
  readonly sink: Socket;
  readonly direction: 'bytesThere' | 'bytesBack';
  /** Read and not yet written out at the other end. */
  outstanding: number;
}

/**
 * What a sender may have underway, as the receive windows of TCP have it; it also bounds our memory.
 * A window over a round trip is what one connection can have of a fast link.
 */
const WINDOW_BYTES = 256 * 1024;

/** SYN, its answer, and the third packet, which wakes the server: 1.5 round trips before it speaks. */
const HANDSHAKE_TRIPS = 1.5;

/** Resolves with the port, once it listens. @throws UserError (4 not admitted, 3 cannot listen). */
export async function openRelay(orders: LinkOrders, count: Count): Promise<number> {
  const there = new Carrier(orders, count);
  const back = new Carrier(orders, count);
  const server = makeServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    count('connections', 1);
    setTimeout(
      () => {
        const both = { noDelay: true, allowHalfOpen: true };
        const behind = dial({ ...orders.to, localAddress: orders.from, ...both });
        there.carry({ source: client, sink: behind, direction: 'bytesThere', outstanding: 0 });
        back.carry({ source: behind, sink: client, direction: 'bytesBack', outstanding: 0 });
      },
      // What it does meanwhile, be it to leave, is read when it is carried.
      HANDSHAKE_TRIPS * (orders.roundTripMs ?? 0),
    );
  });
  return (await listen(server, { host: orders.host, port: orders.port ?? 0, backlog: 4096 })).port;
}

/** All flows of one direction, on one line. */
class Carrier {
  readonly #line: Line<Flow>;
  readonly #count: Count;
  #timer: NodeJS.Timeout | undefined;

  constructor({ bitsPerSecond, roundTripMs = 0 }: LinkOrders, count: Count) {
    const limit = bitsPerSecond === undefined ? {} : { bitsPerSecond };
    this.#line = new Line({ ...limit, delayMs: roundTripMs / 2 });
    this.#count = count;
  }

  carry(flow: Flow): void {
    const { source } = flow;
    source.on('data', (chunk: Buffer) => {
      flow.outstanding += chunk.length;
      if (flow.outstanding >= WINDOW_BYTES) source.pause();
      this.#offer(flow, chunk);
    });
    source.once('end', () => this.#offer(flow, 'end'));
    // Refused, reset, or unreachable: the other side learns it in its turn.
    source.once('error', () => this.#offer(flow, 'reset'));
  }

  #offer(flow: Flow, cargo: Cargo): void {
    this.#line.offer(flow, cargo, nowMs());
    this.#deliver();
  }

  #deliver(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { flow, cargo } of this.#line.take(nowMs())) this.#handOver(flow, cargo);
    const next = this.#line.nextMs();
    if (next === undefined) return;
    this.#timer = setTimeout(() => this.#deliver(), Math.max(0, next - nowMs()));
  }

  #handOver(flow: Flow, cargo: Cargo): void {
    const { source, sink } = flow;
    if (cargo === 'end') sink.end();
    else if (cargo === 'reset') sink.resetAndDestroy();
    else {
      this.#count(flow.direction, cargo.length);
      sink.write(cargo, () => {
        flow.outstanding -= cargo.length;
        if (flow.outstanding < WINDOW_BYTES) source.resume();
      });
    }
  }
}
