// What every source of recipients is: it hands over one candidate after the other, unjudged, with the place
// where it stands, and says how the place is called.

/** A line's number in a file, or the name of a directory's entry. */
export type Place = number | string;

export interface Taker {
  /** A text that is to be an address. */
  take(candidate: string, place: Place): void;
  /** What stands where an address was to be expected and cannot be read as one; the reason follows ": ". */
  refuse(text: string, place: Place, reason: string): void;
  /** No mail address and not meant to be one: an empty field, Exchange's `X400:` and `sip:`. */
  skip(): void;
}

export interface Source {
  /** As the user has named it. */
  readonly name: string;
  /** Words for a place, as in `list.txt:7`. */
  placeOf(place: Place): string;
  /**
   * Reads all of it. A signal that is aborted ends it early by throwing its reason.
   * @throws UserError: 2 when it is not what it was said to be, 3 when it cannot be read to its end.
   */
  read(taker: Taker, signal: AbortSignal): Promise<void>;
  /** Differs once the source has changed. Without it only reading tells. */
  readonly version?: () => string;
}
