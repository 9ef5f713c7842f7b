// The Test Anything Protocol, version 13 and later (testanything.org).
import { escapeTerminal } from '../escape.ts';
import { type CiOutcome, type CiReport, sentenceOf } from './outcome.ts';

export function renderTap({ outcomes }: CiReport): string {
  const lines = outcomes.flatMap((outcome, i) => line(outcome, i + 1));
  return ['TAP version 13', `1..${outcomes.length}`, ...lines, ''].join('\n');
}

function line(outcome: CiOutcome, number: number): string[] {
  const { state, name, shown } = outcome;
  const isOk = state === 'met' || state === 'inconclusive';
  // A number sign begins a directive.
  const text = plain(`${number} - ${name}`);
  const skip = state === 'inconclusive' ? ` # SKIP inconclusive: ${plain(shown)}` : '';
  const diagnosis = isOk ? [] : [`# ${escapeTerminal(sentenceOf(outcome))}`];
  return [`${isOk ? 'ok' : 'not ok'} ${text}${skip}`, ...diagnosis];
}

function plain(text: string): string {
  return escapeTerminal(text).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
}
