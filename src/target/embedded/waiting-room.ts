// Who is served and who waits: as many sessions as there are workers, a queue of connections before
// them that get no banner yet, and a reset for everybody beyond. First come, first served.
import type { Socket } from '../../world/prompt-server.ts';

export interface WaitingRoomOptions {
  readonly workers: number;
  readonly acceptQueue: number;
  /** Begins a session; leave() is called when it ends. */
  readonly serve: (socket: Socket, client: string | undefined) => void;
  /** Called whenever the last free worker is taken. */
  readonly onAllBusy?: () => void;
}

export interface Occupancy {
  readonly workersBusy: number;
  readonly acceptQueue: number;
}

interface Waiting {
  readonly client: string | undefined;
  /** Takes our listeners off the socket again. */
  forget(): void;
}

export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  /** In the order of arrival. */
  readonly #waiting = new Map<Socket, Waiting>();
  #busy = 0;
  #overflows = 0;
  #peakBusy = 0;
  #peakWaiting = 0;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  /** @param client whose the connection is, where that is known already */
  arrive(socket: Socket, client?: string): void {
    if (this.#busy < this.#options.workers) this.#serve(socket, client);
    else if (this.#waiting.size < this.#options.acceptQueue) this.#enqueue(socket, client);
    else this.#refuse(socket);
  }

  /** A session has ended: its worker takes the next connection. */
  leave(): void {
    this.#busy -= 1;
    for (const [socket, { client, forget }] of this.#waiting) {
      forget();
      this.#serve(socket, client);
      return;
    }
  }

  /** At this moment. */
  get now(): Occupancy {
    return { workersBusy: this.#busy, acceptQueue: this.#waiting.size };
  }

  /** Connections refused for want of room. */
  get overflows(): number {
    return this.#overflows;
  }

  /** The most since the last call, so that a short peak between two samples is not missed. */
  takePeaks(): Occupancy {
    const peaks = { workersBusy: this.#peakBusy, acceptQueue: this.#peakWaiting };
    this.#peakBusy = this.#busy;
    this.#peakWaiting = this.#waiting.size;
    return peaks;
  }

  /** Sends everybody away who waits. */
  close(): void {
    for (const [socket, { forget }] of this.#waiting) {
      forget();
      socket.resetAndDestroy();
    }
  }

  #serve(socket: Socket, client: string | undefined): void {
    this.#busy += 1;
    this.#peakBusy = Math.max(this.#peakBusy, this.#busy);
    if (this.#busy === this.#options.workers) this.#options.onAllBusy?.();
    this.#options.serve(socket, client);
  }

  #enqueue(socket: Socket, client: string | undefined): void {
    const hangUp = (): void => {
      forget();
      socket.destroy();
    };
    const forget = (): void => {
      this.#waiting.delete(socket);
      socket.off('end', hangUp).off('close', hangUp).off('error', hangUp);
    };
    socket.on('end', hangUp).on('close', hangUp).on('error', hangUp);
    this.#waiting.set(socket, { client, forget });
    this.#peakWaiting = Math.max(this.#peakWaiting, this.#waiting.size);
  }

  #refuse(socket: Socket): void {
    this.#overflows += 1;
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
  }
}
