// Tables and figures of docs/fidelity.md.

export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Rounded down but for a whole one: nothing short of all is 100. */
export function percent(share: number): string {
  return String(Math.floor(share * 1000 + 1e-9) / 10);
}

export function kb(bytes: number): string {
  return `${(bytes / 1000).toFixed(1)} KB`;
}

export function against(bytes: number, aim: number): string {
  const off = Math.round((bytes / aim - 1) * 100);
  return `${kb(bytes)} (${off < 0 ? '−' : '+'}${Math.abs(off)} %)`;
}
