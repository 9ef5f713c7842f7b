// Places the labels at the ends of lines: as near to their lines as they can be, in the same order,
// and never over one another.

export interface Label {
  readonly text: string;
  /** Where it would like to stand. */
  readonly y: number;
}

export interface PlacedLabel<L extends Label> {
  readonly label: L;
  readonly y: number;
}

/** Those that come first win where there is not room for all. The result is ordered from the top. */
export function placeLabels<L extends Label>(
  labels: readonly L[],
  gap: number,
  top: number,
  bottom: number,
): PlacedLabel<L>[] {
  const room = Math.max(0, Math.floor((bottom - top) / gap + 1e-9) + 1);
  const kept = labels.slice(0, room).sort((a, b) => a.y - b.y);
  const places = spread(
    kept.map((label) => label.y),
    gap,
    top,
    bottom,
  );
  return kept.map((label, i) => ({ label, y: places[i] ?? label.y }));
}

interface Block {
  count: number;
  /** Sum of where its members would want the block's first member to stand. */
  sum: number;
}

/**
 * Least squares with a minimum distance (pool adjacent violators): labels that would touch are
 * joined to a block that stands around their mean. `wanted` ascends.
 */
function spread(wanted: readonly number[], gap: number, top: number, bottom: number): number[] {
  const blocks: Block[] = [];
  const start = (block: Block) =>
    Math.min(bottom - (block.count - 1) * gap, Math.max(top, block.sum / block.count));
  for (const y of wanted) {
    let block: Block = { count: 1, sum: y };
    let above = blocks.at(-1);
    while (above !== undefined && start(above) + above.count * gap > start(block)) {
      blocks.pop();
      const shifted = block.sum - block.count * above.count * gap;
      block = { count: above.count + block.count, sum: above.sum + shifted };
      above = blocks.at(-1);
    }
    blocks.push(block);
  }
  return blocks.flatMap((block) =>
    Array.from({ length: block.count }, (_, i) => start(block) + i * gap),
  );
}
