// What a new table adds to the old one and removes from it.
import type { AddressSet } from './address-set.ts';
import type { Format } from './formats.ts';
import { readOldTable } from './old-table.ts';

const EXAMPLES = 5;

export interface Difference {
  /** Whether there is an old table that could be read. */
  readonly hasOld: boolean;
  readonly oldSize: number;
  readonly added: number;
  readonly removed: number;
  /** The first few. */
  readonly addedFirst: readonly string[];
  readonly removedFirst: readonly string[];
  /** The new one would say the same in the same form. */
  readonly isSame: boolean;
}

/** Without an old table everything is added. */
export function allNew(addresses: AddressSet): Difference {
  return differenceOf(addresses, {
    known: new Uint8Array(addresses.size),
    kept: 0,
    removed: [],
    lost: 0,
  });
}

/** @throws what readOldTable does. */
export async function compare(
  addresses: AddressSet,
  table: { readonly path: string; readonly format: Format },
  signal: AbortSignal,
): Promise<Difference> {
  const found: Found = { known: new Uint8Array(addresses.size), kept: 0, removed: [], lost: 0 };
  const onKey = (key: Uint8Array) => {
    const number = addresses.find(key);
    if (number >= 0) {
      if (found.known[number] === 0) found.kept += 1;
      found.known[number] = 1;
    } else {
      found.lost += 1;
      if (found.removed.length < EXAMPLES) found.removed.push(Buffer.from(key).toString());
    }
  };
  const old = await readOldTable(table.path, table.format, onKey, signal);
  return differenceOf(addresses, found, old);
}

interface Found {
  /** By the numbers of the new ones: 1 for those that the old table has. */
  readonly known: Uint8Array;
  kept: number;
  lost: number;
  readonly removed: string[];
}

function differenceOf(
  addresses: AddressSet,
  { known, kept, lost, removed }: Found,
  old?: { readonly hasForm: boolean },
): Difference {
  const added = addresses.size - kept;
  const addedFirst: string[] = [];
  for (
    let i = known.indexOf(0);
    i >= 0 && addedFirst.length < EXAMPLES;
    i = known.indexOf(0, i + 1)
  ) {
    addedFirst.push(addresses.at(i).toString());
  }
  return {
    hasOld: old !== undefined,
    oldSize: kept + lost,
    added,
    removed: lost,
    addedFirst,
    removedFirst: removed,
    isSame: old?.hasForm === true && added === 0 && lost === 0,
  };
}
