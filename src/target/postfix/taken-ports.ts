// Why a Postfix ends without a word: it tells the system's log, which a laboratory has not, that a port is
// taken. So its master.cf is held against those that listen. Pure.
import { portNumber } from '../../tuning/service-ports.ts';
import type { Service } from './services.ts';

const EVERYWHERE = ['', '*', '0.0.0.0', '[::]', '[::]%lo'];

interface Place {
  readonly host: string;
  readonly port: string;
}

/**
 * The first service whose port somebody has already, another service of the same file or `listeners` (as
 * `ss -Hltn` prints them); undefined where all are free.
 */
export function takenPort(services: readonly Service[], listeners: string): string | undefined {
  const others = listeners.split('\n').flatMap((line) => {
    const [, , , local] = line.trim().split(/\s+/);
    return local ? [placeOf(local)] : [];
  });
  const own: { place: Place; service: Service }[] = [];
  for (const service of services.filter(({ type }) => type === 'inet')) {
    const place = placeOf(service.name);
    const name = `${service.name}/inet`;
    const twin = own.find((one) => meet(one.place, place));
    if (twin) {
      return `Address already in use: two services of master.cf have port ${place.port}, ${twin.service.name}/inet and ${name}`;
    }
    if (others.some((other) => meet(other, place))) {
      return `Address already in use: port ${place.port} of the service ${name} is another server's of the laboratory`;
    }
    own.push({ place, service });
  }
  return undefined;
}

function placeOf(name: string): Place {
  const at = name.lastIndexOf(':');
  const port = name.slice(at + 1);
  return { host: at < 0 ? '' : name.slice(0, at), port: portNumber(port) };
}

function meet(one: Place, other: Place): boolean {
  if (one.port !== other.port) return false;
  if (one.host === other.host) return true;
  return EVERYWHERE.includes(one.host) || EVERYWHERE.includes(other.host);
}
