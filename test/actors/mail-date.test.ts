import { describe, expect, test } from 'vitest';
import { bareDate, compactDate, mailDate, UTC } from '../../src/actors/mail-date.ts';

describe('dates', () => {
  const date = new Date('2008-02-29T23:30:05Z');

  test.each([
    ['UTC', UTC, 'Fri, 29 Feb 2008 23:30:05 +0000'],
    ['east of it', { minutes: 60, name: 'CET' }, 'Sat, 1 Mar 2008 00:30:05 +0100'],
    ['west of it', { minutes: -300, name: 'EST' }, 'Fri, 29 Feb 2008 18:30:05 -0500'],
    ['off the hour', { minutes: -210, name: 'NST' }, 'Fri, 29 Feb 2008 20:00:05 -0330'],
  ])('are written for the zone: %s', (_, zone, written) => {
    expect(mailDate(date, zone)).toBe(written);
    expect(new Date(written).getTime()).toBe(date.getTime());
  });

  test('have qmail’s and postfix’ short forms', () => {
    expect(bareDate(date)).toBe('29 Feb 2008 23:30:05 -0000');
    expect(compactDate(date)).toBe('20080229233005');
  });
});
