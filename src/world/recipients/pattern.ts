// The placeholders of Postfix' table patterns (ldap_table(5), sqlite_table(5)): what of an address each of
// them stands for.

/** `s` the address, `u` its local part, `d` its domain, `1` to `9` the domain's labels from the right. */
export type Letter = 's' | 'u' | 'd' | '1' | '2' | '3' | '4' | '5' | '6' | '7' | '8' | '9';
interface Placeholder {
  readonly letter: Letter;
}
/** Text stands as it is. */
export type Pattern = readonly (string | Placeholder)[];

/** `%%` is a plain one. Answers the placeholder that it does not know in place of a pattern. */
export function parsePattern(text: string): Pattern | { readonly unknown: string } {
  const parts: (string | Placeholder)[] = [];
  for (const piece of text.split(/(%[\s\S]?)/)) {
    if (!piece.startsWith('%')) parts.push(piece);
    else if (piece === '%%') parts.push('%');
    else if (/^%[sud1-9]$/i.test(piece)) {
      parts.push({ letter: piece.charAt(1).toLowerCase() as Letter });
    } else return { unknown: piece };
  }
  return parts.filter((part) => part !== '');
}

/** Undefined where the address has no such part: Postfix then asks nobody, and the answer is no. */
export function partOf(address: string, letter: Letter): string | undefined {
  const at = address.lastIndexOf('@');
  const domain = at < 0 ? undefined : address.slice(at + 1);
  switch (letter) {
    case 's':
      return address;
    case 'u':
      return at < 0 ? address : address.slice(0, at);
    case 'd':
      return domain;
    default:
      return domain?.split('.').at(-Number(letter));
  }
}

/** The text with each placeholder replaced by what `guarded` makes of its part. Undefined as with partOf. */
export function fillIn(
  pattern: Pattern,
  address: string,
  guarded: (part: string) => string,
): string | undefined {
  let text = '';
  for (const part of pattern) {
    const filled = typeof part === 'string' ? part : partOf(address, part.letter);
    if (filled === undefined) return undefined;
    text += typeof part === 'string' ? part : guarded(filled);
  }
  return text;
}
