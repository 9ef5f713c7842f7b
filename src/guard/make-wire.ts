// Which kind of wire this Node allows.
import { HandleWire, handleBinding } from './handle-wire.ts';
import { StreamWire } from './stream-wire.ts';
import type { OnRead, Wire } from './wire.ts';

/** By libuv's handle where this Node has it as we know it, else by a net.Socket. */
export function makeWire(onRead: OnRead): Wire {
  return handleBinding ? new HandleWire(onRead, handleBinding) : new StreamWire(onRead);
}
