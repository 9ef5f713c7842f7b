// docs/scenarios.md: of every scenario in the library the question, what it predicts, and what came out.
import type { Scenario } from '../../scenario/scenario.ts';
import { framed, type Passages, passageKey } from './passage.ts';

export const TARGETS = ['embedded', 'postfix'] as const;
export type LibraryTarget = (typeof TARGETS)[number];

const HEAD = `# The scenarios, and what came out

Each asks one question and predicts the answer; \`expects\` in its file says what must come out for the
prediction to be confirmed. What follows was measured, and written by \`npm run library\`: with two cores that the
generator and the server share, so that it says how the variants differ and not how fast a server is. One run
each; the strips show how late real mail was over calm│storm│recovery: 🟦 well below the goal's limit, ⬛ lost.
`;

export function renderPage(scenarios: readonly Scenario[], passages: Passages): string {
  const parts = scenarios.map((scenario) => chapter(scenario, passages));
  const contents = scenarios.map(({ name, summary }) => `- [\`${name}\`](#${name}): ${summary}`);
  return `${[HEAD.trim(), contents.join('\n'), ...parts].join('\n\n')}\n`;
}

function chapter({ name, summary, predicts }: Scenario, passages: Passages): string {
  const found = TARGETS.flatMap((target) => {
    const key = passageKey(name, target);
    const passage = passages.get(key);
    return passage === undefined ? [] : [framed(key, passage)];
  });
  return [
    `## ${name}`,
    summary,
    ...(predicts === undefined ? [] : [`**Predicted:** ${predicts.trim()}`]),
    ...(found.length > 0 ? found : ['Not measured yet.']),
    `Again: \`npx blowback run ${name}\``,
  ].join('\n\n');
}
