import type { Socket } from 'node:net';

export type TlsVersion = 'TLSv1.2' | 'TLSv1.3';

/**
 * EHLO, STARTTLS, EHLO and the lines, the last of which should be QUIT. `session` is an earlier one to
 * resume; the answer's is for the next time.
 */
export function speakTls(
  socket: Socket,
  lines: readonly string[],
  version: TlsVersion,
  session?: Buffer,
): Promise<{
  readonly replies: readonly string[];
  readonly protocol: string;
  readonly resumed: boolean;
  readonly certificate: string | undefined;
  readonly session: Buffer | undefined;
}>;
