import { describe, expect, it } from 'vitest';
import type { Objection } from '../../../src/target/embedded/stages/stage-book.ts';
import { Verifier, verified } from '../../../src/target/embedded/stages/verify.ts';

const RCPT = { client: '127.0.0.1', helo: 'a.example', reversePath: '' };
const WHO = 'anna@xman.test';

/** A server behind that answers when it is told to. */
function asking(options: { compress?: number; isStressed?: boolean } = {}) {
  const waiting: { address: string; answer: (reply: string | undefined) => void }[] = [];
  const { compress = 1, isStressed = false } = options;
  const verifier = new Verifier(
    (address) => new Promise((answer) => waiting.push({ address, answer })),
    { compress, isStressed: () => isStressed, pollMs: 1 },
  );
  const check = verified(verifier);
  const ask = (recipient = WHO): Objection | Promise<Objection> => check({ ...RCPT, recipient });
  const learn = async (reply: string | undefined): Promise<Objection> => {
    const found = ask();
    await Promise.resolve();
    waiting.shift()?.answer(reply);
    return found;
  };
  return { verifier, ask, learn, waiting };
}

describe('an address verified with the server behind', () => {
  it.each([
    ['250 2.1.5 OK', undefined, undefined],
    ['550 5.1.1 no such user', 550, /^5\.1\.1 <anna@.*undeliverable address: 550 5\.1\.1 no such/],
    ['451 4.3.0 later', 450, /^4\.1\.1 <anna@.*unverified address: 451 4\.3\.0 later/],
    [undefined, 450, /^4\.1\.1 <anna@.*does not answer/],
  ])('%s is told, remembered, and asked for once', async (reply, code, text) => {
    const { ask, learn, verifier } = asking();
    const first = await learn(reply);
    expect(first?.code).toBe(code);
    if (text) expect(first?.text).toMatch(text);
    expect((ask('ANNA@xman.test') as Objection)?.code).toBe(code);
    expect(verifier.asked).toBe(1);
  });

  it('defers a client for whom the answer comes too late, and asks no second time meanwhile', async () => {
    const { ask, verifier } = asking();
    const both = await Promise.all([ask(), ask()]);
    expect(both.map((reply) => reply?.code)).toEqual([450, 450]);
    expect(both[0]?.text).toMatch(/verification in progress/);
    expect(verifier.asked).toBe(1);
  });

  it('lets nobody wait under stress', async () => {
    const { learn, ask } = asking({ isStressed: true });
    expect((await learn('250 2.1.5 OK'))?.code).toBe(450);
    expect(await ask()).toBeUndefined();
  });

  it('tells an old refusal while it asks anew, and a failure does not undo what was deliverable', async () => {
    // So compressed that everything is old at once.
    const { ask, learn, waiting } = asking({ compress: 1e12 });
    expect((await learn('550 5.1.1 no'))?.code).toBe(550);
    await new Promise((resolve) => setImmediate(resolve));
    expect(((await ask()) as Objection)?.code).toBe(550);
    await Promise.resolve();
    for (const { answer } of waiting.splice(0)) answer('250 2.1.5 OK');
    await new Promise((resolve) => setImmediate(resolve));
    expect(await learn('451 4.3.0 later')).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await ask()).toBeUndefined();
  });

  it('asks at most 20 at once', async () => {
    const { verifier, waiting, ask } = asking();
    const asked = Array.from({ length: 50 }, (_, i) => ask(`u${i}@xman.test`));
    await Promise.all(asked);
    expect([verifier.asked, waiting.length]).toEqual([20, 20]);
  });
});
