// What the network between senders and target allows: client addresses, and patience against round trips.
import { describe, expect, test } from 'vitest';
import { mistakesIn, SMALLEST } from './read.ts';

describe('more client addresses than reach the target', () => {
  const only = (sources: number) =>
    `world.sources: ${sources} client addresses, and only one of ours reaches [::1]; expected 1 (--set world.sources=1), an IPv4 target, or target.client: proxy-v2`;

  test.each([
    [2, '"[::1]:25"', [`s.yaml:3:18: ${only(2)}`]],
    [1, '"[::1]:25"', []],
    [2, '"127.0.0.1:25"', []],
    [2, '"[::1]:25", client: proxy-v2', []],
    [2, '"[::1]:25", client: proxy-v1', []],
    [2, '"[::1]:25", client: xclient', []],
    [2, '"[::1]:25", client: address', [`s.yaml:3:18: ${only(2)}`]],
  ])('%d sources, address %s: %j', (sources, address, mistakes) => {
    const text = `${SMALLEST}world: {sources: ${sources}}\ntarget: {address: ${address}}\n`;
    expect(mistakesIn(text)).toEqual(mistakes);
  });

  test('are refused for a target that a flag names, and the flag that mends it is taken', () => {
    const text = `${SMALLEST}world:\n  sources: 300\n`;
    const target = '[::1]:25';
    expect(mistakesIn(text, { target })).toEqual([`s.yaml:4:12: ${only(300)}`]);
    expect(mistakesIn(text, { target, set: ['world.sources=1'] })).toEqual([]);
    expect(mistakesIn(text, { target, set: ['target.client=proxy-v2'] })).toEqual([]);
  });

  test('are refused where nobody stated a number', () => {
    expect(mistakesIn(SMALLEST, { target: '[::1]:25' })).toEqual([`s.yaml:1:1: ${only(20_000)}`]);
  });
});

describe('patience below the round trip', () => {
  const withPatience = (patience: string, roundTrip: string) =>
    mistakesIn(`name: s
actors:
  legit:
    kind: legit
    rate: 5/s
    patience: ${patience}
  bouncers: {kind: bouncer, rate: 5/s}
world: {roundTrip: ${roundTrip}}
`);

  test('is refused at its line', () => {
    expect(withPatience('79ms', '{median: 80ms, p99: 400ms}')).toEqual([
      "s.yaml:6:15: actors.legit.patience: shorter than the world's round trip, whose median is 80ms; expected at least 80ms",
    ]);
  });

  test.each([
    ['{banner: 79ms, command: 5m}', 'banner'],
    ['{banner: 30s, command: 79ms}', 'command'],
  ])('is refused for either of two: %s', (patience, key) => {
    expect(withPatience(patience, '{median: 80ms, p99: 400ms}')).toMatchObject([
      expect.stringMatching(`^s.yaml:6:\\d+: actors.legit.patience.${key}: shorter than`),
    ]);
  });

  test.each([
    ['80ms', '{median: 80ms, p99: 400ms}'],
    ['1ms', '0'],
  ])('%s is enough for a round trip of %s', (patience, roundTrip) => {
    expect(withPatience(patience, roundTrip)).toEqual([]);
  });

  test('is refused for a default that nobody stated', () => {
    expect(withPatience('1h', '{median: 31s, p99: 31s}')).toEqual([
      "s.yaml:7:3: actors.bouncers.patience: shorter than the world's round trip, whose median is 31s; expected at least 31s",
    ]);
  });
});
