// A priority queue by due time (binary heap): the retries that wait for their turn.

export interface Due {
  readonly dueMs: number;
}

export class DueQueue<T extends Due> {
  private readonly heap: T[] = [];

  get size(): number {
    return this.heap.length;
  }

  clear(): void {
    this.heap.length = 0;
  }

  peek(): T | undefined {
    return this.heap[0];
  }

  push(item: T): void {
    const heap = this.heap;
    let at = heap.length;
    heap.push(item);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as T;
      if (above.dueMs <= item.dueMs) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = item;
  }

  pop(): T | undefined {
    const heap = this.heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      const right = child + 1;
      if (right < heap.length && (heap[right] as T).dueMs < (heap[child] as T).dueMs) child = right;
      const below = heap[child] as T;
      if (below.dueMs >= last.dueMs) break;
      heap[at] = below;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}
