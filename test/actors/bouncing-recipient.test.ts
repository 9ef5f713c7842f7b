import { expect, test } from 'vitest';
import { bouncingRecipient } from '../../src/actors/bouncing-recipient.ts';
import { randomStream } from '../../src/plan/random.ts';

test('a failed recipient belongs to the domain of the host that bounces', () => {
  const random = randomStream(1, 2);
  const found = Array.from({ length: 200 }, () =>
    bouncingRecipient('mx1.northwind.example', random),
  );
  for (const address of found) expect(address).toMatch(/^[a-z]+[._]?[a-z]*\d*@northwind\.example$/);
  expect(new Set(found).size).toBeGreaterThan(80);
});
