// The dialogues that every target answers alike, with the embedded server.
import { afterEach, expect, it } from 'vitest';
import { type EmbeddedServer, startServer } from '../../../src/target/embedded/server.ts';
import { type Sink, startSink } from '../../../src/world/sink.ts';
import { DIALOGUES, DOMAIN, KNOWN, type Said, VICTIM } from '../dialogues.ts';
import { Client } from './client.ts';

let server: EmbeddedServer | undefined;
let sink: Sink | undefined;
afterEach(async () => {
  await server?.stop();
  await sink?.stop();
});

/** Every reply until the server hangs up. */
async function speak(target: EmbeddedServer, { preface, lines }: Said): Promise<string[]> {
  const client = new Client(target.address);
  if (preface !== undefined) client.socket.write(preface, 'latin1');
  const replies = [await client.reply()];
  for (const line of lines) {
    replies.push(line === '' ? await client.reply() : await client.say(line));
  }
  for (let last = await client.reply(); last !== 'closed'; last = await client.reply()) {
    replies.push(last);
  }
  return replies;
}

it.each(DIALOGUES)('$title', async ({ tuning, client, talks, replies, totals }) => {
  sink = await startSink('127.0.0.1');
  server = await startServer({
    tuning,
    client,
    domain: DOMAIN,
    victim: VICTIM,
    recipients: [KNOWN],
    compress: 1,
    sink,
  });
  let said: string[] = [];
  for (const talk of talks) said = await speak(server, talk);
  expect(said).toEqual(replies.map((pattern) => expect.stringMatching(pattern)));
  expect(await server.stop()).toMatchObject(totals);
});
