// A log that is read while it grows: every line once and whole, however the writes and the reads fall.
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { LogTail } from '../../src/target/postfix/log-tail.ts';

let directory = '';
let file = '';
let told: string[] = [];
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'blowback-test-'));
  file = join(directory, 'maillog');
  told = [];
});
afterEach(() => rmSync(directory, { recursive: true }));

const tailOf = (start = 0) => new LogTail(file, start, (line) => told.push(line));

it('tells each line when its end has come, wherever the writes are cut', async () => {
  const text = 'first\nsecond line\n\nf\u00f6urth\n';
  const bytes = Buffer.from(text);
  for (let cut = 0; cut <= bytes.length; cut += 1) {
    told = [];
    writeFileSync(file, bytes.subarray(0, cut));
    const tail = tailOf();
    await tail.read();
    expect(told).toEqual(bytes.toString('latin1', 0, cut).split('\n').slice(0, -1));
    appendFileSync(file, bytes.subarray(cut));
    await tail.read();
    expect(told).toEqual(bytes.toString('latin1').split('\n').slice(0, -1));
    expect(tail.bytes).toBe(bytes.length);
    await tail.close();
  }
});

it('leaves out what stood there before, and waits for a log that is not there yet', async () => {
  const tail = tailOf(6);
  await tail.read();
  writeFileSync(file, 'before\nafter\n'.slice(1));
  await tail.read();
  await tail.close();
  expect(told).toEqual(['after']);
});

it('reads a log of many pieces, two calls at a time, and tells no line twice', async () => {
  const lines = Array.from({ length: 20_000 }, (_, i) => `line ${i} of a log that is long`);
  writeFileSync(file, `${lines.join('\n')}\n`);
  const tail = tailOf();
  await Promise.all([tail.read(), tail.read()]);
  await tail.close();
  expect(told).toEqual(lines);
});
