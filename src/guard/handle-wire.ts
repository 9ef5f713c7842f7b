// A wire on libuv's handle itself, as net.Socket has one inside. User CPU a session, measured with six
// commands and a message of 4 KB into smtp-sink: 20 µs, against 54 with a new net.Socket each and 32 with
// one that is connected again.
//
// Node's documentation calls the door to the handle, process.binding, deprecated (DEP0111, since 10.9);
// it stands open without a warning up to Node 26. Where it is shut, or what lies behind it has another
// shape, there is stream-wire.ts.
import { Socket, type SocketConstructorOpts } from 'node:net';
import { getSystemErrorName } from 'node:util';
import { requireAdmitted } from './guard.ts';
import { type Destination, type OnRead, READ_BUFFER, type Wire } from './wire.ts';
import { WireEvents } from './wire-events.ts';

interface Handle {
  wire: HandleWire;
  onread: (this: Handle) => void;
  readonly bytesRead: number;
  readonly bytesWritten: number;
  useUserBuffer(buffer: Uint8Array): void;
  bind(address: string, port: number): number;
  bind6(address: string, port: number, flags: number): number;
  connect(request: ConnectRequest, address: string, port: number): number;
  connect6(request: ConnectRequest, address: string, port: number): number;
  readStart(): number;
  readStop(): number;
  writeLatin1String(request: WriteRequest, text: string): number;
  writeBuffer(request: WriteRequest, bytes: Uint8Array): number;
  writev(request: WriteRequest, chunks: readonly Uint8Array[], allBuffers: true): number;
  close(closed: () => void): void;
}

interface ConnectRequest {
  oncomplete: (status: number, handle: Handle) => void;
}

interface WriteRequest {
  oncomplete: (this: WriteRequest, status: number) => void;
  wire: HandleWire | undefined;
  /** Keeps what is written alive until it has left. */
  data: unknown;
}

interface Binding {
  readonly TCP: new (type: number) => Handle;
  readonly TCPConnectWrap: new () => ConnectRequest;
  readonly WriteWrap: new () => WriteRequest;
  readonly clientSocket: number;
  /** What the last call of a handle had to say, at these places. */
  readonly state: Int32Array;
  readonly readLength: number;
  readonly wroteAsync: number;
}

export const handleBinding = loadBinding();
/** libuv's code for the end of a stream, fixed by its ABI. */
const UV_EOF = -4095;

function loadBinding(): Binding | undefined {
  try {
    const { binding: open } = process as unknown as {
      binding(name: string): Readonly<Record<string, unknown>>;
    };
    const tcp = open('tcp_wrap');
    const stream = open('stream_wrap');
    const constants = tcp['constants'] as { readonly SOCKET: number };
    // Where this is, in Node 26, writes answer in another way.
    if ('kLastWriteErr' in stream) return undefined;
    const found = {
      TCP: tcp['TCP'],
      TCPConnectWrap: tcp['TCPConnectWrap'],
      WriteWrap: stream['WriteWrap'],
      clientSocket: constants.SOCKET,
      state: stream['streamBaseState'],
      readLength: stream['kReadBytesOrError'],
      wroteAsync: stream['kLastWriteWasAsync'],
    };
    return Object.values(found).includes(undefined) ? undefined : (found as unknown as Binding);
  } catch {
    return undefined;
  }
}

export class HandleWire extends WireEvents implements Wire {
  readonly onRead: OnRead;
  readonly binding: Binding;
  private handle: Handle | undefined;
  /** Who has the handle instead, once TLS is spoken. */
  private socket: Socket | undefined;
  /** A write that leaves at once, as nearly all do, never touches its request: it serves the next. */
  private request: WriteRequest;
  private corked: Uint8Array[] | undefined;
  private read = 0;
  private written = 0;

  constructor(onRead: OnRead, binding: Binding) {
    super();
    this.onRead = onRead;
    this.binding = binding;
    this.request = new binding.WriteWrap();
  }

  get bytesRead(): number {
    return (this.handle ?? this.socket)?.bytesRead ?? this.read;
  }

  get bytesWritten(): number {
    return (this.handle ?? this.socket)?.bytesWritten ?? this.written;
  }

  connect(to: Destination): void {
    requireAdmitted(to.host);
    const handle = new this.binding.TCP(this.binding.clientSocket);
    handle.wire = this;
    handle.onread = onread;
    handle.useUserBuffer(READ_BUFFER);
    this.handle = handle;
    this.socket = undefined;
    this.corked = undefined;
    const error = this.bind(handle, to) || this.call(handle, to);
    if (error) this.failSoon(handle, error);
  }

  write(data: string | Uint8Array): boolean {
    const { handle, request } = this;
    if (!handle) return false;
    if (this.corked) {
      this.corked.push(typeof data === 'string' ? Buffer.from(data, 'latin1') : data);
    } else if (typeof data === 'string') {
      this.wrote(handle, handle.writeLatin1String(request, data), data);
    } else this.wrote(handle, handle.writeBuffer(request, data), data);
    return true;
  }

  cork(): void {
    this.corked = [];
  }

  uncork(): void {
    const { handle, corked } = this;
    this.corked = undefined;
    if (handle && corked) this.wrote(handle, handle.writev(this.request, corked, true), corked);
  }

  asSocket(): Socket {
    // It starts to read by itself. net.Server gives it its handle in the same way.
    this.handle?.readStop();
    const socket = new Socket({ handle: this.handle } as SocketConstructorOpts);
    socket.on('error', (error: NodeJS.ErrnoException) => this.onError(error));
    socket.on('close', () => this.onClose());
    this.handle = undefined;
    this.socket = socket;
    return socket;
  }

  destroy(): void {
    const { handle } = this;
    this.socket?.destroy();
    if (!handle) return;
    this.read = handle.bytesRead;
    this.written = handle.bytesWritten;
    this.handle = undefined;
    handle.onread = nothing;
    handle.close(this.onClose);
  }

  /** The handle's own callbacks may come for a connection that was given up meanwhile. */
  settled(handle: Handle, status: number): void {
    if (handle !== this.handle) return;
    if (status < 0) return this.fail(status);
    const error = handle.readStart();
    if (error) return this.failSoon(handle, error);
    this.onConnect();
  }

  fail(error: number): void {
    this.onError({ code: getSystemErrorName(error) });
    this.destroy();
  }

  private bind(handle: Handle, { localAddress }: Destination): number {
    if (localAddress === undefined) return 0;
    return localAddress.includes(':')
      ? handle.bind6(localAddress, 0, 0)
      : handle.bind(localAddress, 0);
  }

  private call(handle: Handle, { host, port }: Destination): number {
    const request = new this.binding.TCPConnectWrap();
    request.oncomplete = onconnect;
    return host.includes(':')
      ? handle.connect6(request, host, port)
      : handle.connect(request, host, port);
  }

  private wrote(handle: Handle, error: number, data: unknown): void {
    if (error) return this.failSoon(handle, error);
    const { binding, request } = this;
    if (binding.state[binding.wroteAsync] === 0) return;
    request.wire = this;
    request.data = data;
    request.oncomplete = onwritten;
    this.request = new binding.WriteWrap();
  }

  /** Not while the caller is still in the middle of something. */
  private failSoon(handle: Handle, error: number): void {
    process.nextTick(() => {
      if (handle === this.handle) this.fail(error);
    });
  }
}

function onread(this: Handle): void {
  const { wire } = this;
  const length = wire.binding.state[wire.binding.readLength] ?? 0;
  if (length > 0) wire.onRead(READ_BUFFER, length);
  else if (length === UV_EOF) wire.destroy();
  else if (length < 0) wire.fail(length);
}

function onconnect(status: number, handle: Handle): void {
  handle.wire.settled(handle, status);
}

function onwritten(this: WriteRequest, status: number): void {
  // A connection that was closed meanwhile reports its unsent writes as cancelled.
  if (status < 0 && getSystemErrorName(status) !== 'ECANCELED') this.wire?.fail(status);
  this.wire = undefined;
  this.data = undefined;
}

function nothing(): void {}
