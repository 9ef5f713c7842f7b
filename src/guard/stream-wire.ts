// A Wire on a net.Socket, with nothing but what Node documents.
import { connect, type Socket } from 'node:net';
import { requireAdmitted } from './guard.ts';
import { type Destination, type OnRead, READ_BUFFER, type Wire } from './wire.ts';
import { WireEvents } from './wire-events.ts';

export class StreamWire extends WireEvents implements Wire {
  private readonly onread;
  private socket: Socket | undefined;

  constructor(onRead: OnRead) {
    super();
    this.onread = {
      buffer: READ_BUFFER,
      callback: (bytes: number) => {
        onRead(READ_BUFFER, bytes);
        return true;
      },
    };
  }

  get bytesRead(): number {
    return this.socket?.bytesRead ?? 0;
  }

  get bytesWritten(): number {
    return this.socket?.bytesWritten ?? 0;
  }

  connect({ host, port, localAddress }: Destination): void {
    requireAdmitted(host);
    const { onread } = this;
    const socket = connect(
      localAddress === undefined ? { host, port, onread } : { host, port, onread, localAddress },
    );
    socket.on('connect', () => this.onConnect());
    socket.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    socket.on('close', () => this.onClose());
    this.socket = socket;
  }

  write(data: string | Uint8Array): boolean {
    if (!this.socket) return false;
    return typeof data === 'string' ? this.socket.write(data, 'latin1') : this.socket.write(data);
  }

  cork(): void {
    this.socket?.cork();
  }

  uncork(): void {
    this.socket?.uncork();
  }

  asSocket(): Socket {
    if (!this.socket) throw new Error('a wire that is not connected');
    return this.socket;
  }

  destroy(): void {
    this.socket?.destroy();
  }
}
