// The events of a wire: one listener each, and none to begin with.

export class WireEvents {
  protected onConnect: () => void = nothing;
  protected onError: (error: { readonly code?: string | undefined }) => void = nothing;
  protected onClose: () => void = nothing;

  on(
    event: 'connect' | 'error' | 'close',
    listener: (error: { code?: string | undefined }) => void,
  ): void {
    if (event === 'error') this.onError = listener;
    else if (event === 'connect') this.onConnect = listener as () => void;
    else this.onClose = listener as () => void;
  }
}

function nothing(): void {}
