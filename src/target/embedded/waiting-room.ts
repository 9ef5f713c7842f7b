// Who is served and who waits: as many sessions as there are workers, a queue of connections before
// them that get no banner yet, and a reset for everybody beyond. First come, first served.
import type { Socket } from '../../world/prompt-server.ts';

export interface WaitingRoomOptions {
  readonly workers: number;
  readonly acceptQueue: number;
  /** Begins a session; leave() is called when it ends. */
  readonly serve: (socket: Socket) => void;
}

export interface Occupancy {
  readonly workersBusy: number;
  readonly acceptQueue: number;
}

export class WaitingRoom {
  readonly #options: WaitingRoomOptions;
  /** In the order of arrival, with what takes our listeners off a socket again. */
  readonly #waiting = new Map<Socket, () => void>();
  #busy = 0;
  #overflows = 0;
  #peakBusy = 0;
  #peakWaiting = 0;

  constructor(options: WaitingRoomOptions) {
    this.#options = options;
  }

  arrive(socket: Socket): void {
    if (this.#busy < this.#options.workers) this.#serve(socket);
    else if (this.#waiting.size < this.#options.acceptQueue) this.#enqueue(socket);
    else this.#refuse(socket);
  }

  /** A session has ended: its worker takes the next connection. */
  leave(): void {
    this.#busy -= 1;
    for (const [socket, forget] of this.#waiting) {
      forget();
      this.#serve(socket);
      return;
    }
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
    for (const [socket, forget] of this.#waiting) {
      forget();
      socket.resetAndDestroy();
    }
  }

  #serve(socket: Socket): void {
    this.#busy += 1;
    this.#peakBusy = Math.max(this.#peakBusy, this.#busy);
    this.#options.serve(socket);
  }

  #enqueue(socket: Socket): void {
    const hangUp = (): void => {
      forget();
      socket.destroy();
    };
    const forget = (): void => {
      this.#waiting.delete(socket);
      socket.off('end', hangUp).off('close', hangUp).off('error', hangUp);
    };
    socket.on('end', hangUp).on('close', hangUp).on('error', hangUp);
    this.#waiting.set(socket, forget);
    this.#peakWaiting = Math.max(this.#peakWaiting, this.#waiting.size);
  }

  #refuse(socket: Socket): void {
    this.#overflows += 1;
    socket.on('error', () => undefined);
    socket.resetAndDestroy();
  }
}
