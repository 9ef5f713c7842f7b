// Samples as programs read them.
import { textOf } from './excerpt.ts';
import { factsOf } from './facts.ts';
import { messageOf, type Sample, type Speaker, type Way } from './sample.ts';

/** Plain data. Messages are whole, without dot-stuffing. */
export function sampleJson(speaker: Speaker, way: Way, sample: Sample): object {
  const { actor } = speaker.planned;
  return {
    actor: actor.name,
    kind: actor.kind,
    ...(way.label === '' ? {} : { label: way.label, share: way.share }),
    session: sample.session.index,
    host: sample.host,
    roundTripMs: sample.roundTripMs,
    facts: Object.fromEntries(factsOf(speaker, sample)),
    connections: sample.steps.map((step) => {
      const message = messageOf(step);
      return {
        attempt: step.attempt + 1,
        state: step.dialogue.state,
        dialogue: step.dialogue.turns.flatMap((turn): object[] => {
          if (turn.by === 'server') return turn.lines.map((server) => ({ server }));
          if (turn.by === 'nobody') return [{ event: turn.event }];
          return [
            'line' in turn.heard
              ? { client: turn.heard.line }
              : { client: null, bytes: turn.heard.message.length },
          ];
        }),
        ...(message === undefined ? {} : { message: textOf(message) }),
      };
    }),
  };
}
