// Makes text harmless for the place that it is shown in. Names, warnings and replies may hold what a
// hostile SMTP server said, so every renderer passes all foreign text through here.

/** C0 and C1 controls, line separators, and the marks that reverse the direction of text. */
const UNSAFE = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|\p{Surrogate}/gu;

/** Control characters become visible: a bell is `\x07`, not a sound. Line ends become spaces. */
function visible(text: string): string {
  return text.replace(/[\r\n\t]+/g, ' ').replace(UNSAFE, (character) => {
    const code = character.charCodeAt(0);
    const digits = code.toString(16).padStart(code < 256 ? 2 : 4, '0');
    return code < 256 ? `\\x${digits}` : `\\u${digits}`;
  });
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For HTML and SVG alike, in text and in quoted attributes. */
export function escapeHtml(text: string): string {
  return visible(text).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}

/** For GitHub's and GitLab's Markdown. */
export function escapeMarkdown(text: string): string {
  const escaped = visible(text).replace(/[\\`*_{}[\]#!|~<>&$]/g, (character) =>
    /[<>&]/.test(character) ? (ENTITIES[character] ?? '') : `\\${character}`,
  );
  return unlinked(escaped)
    .replace(/^(\s*)([-=+:])/, '$1\\$2')
    .replace(/^(\s*\d+)([.)])(?=\s|$)/, '$1\\$2');
}

/** For HTML within Markdown, where backslashes stand for themselves but mentions still count. */
export function escapeHtmlInMarkdown(text: string): string {
  return unlinked(escapeHtml(text));
}

/**
 * A word joiner breaks what no backslash can: mentions, issue references and bare links, which would
 * notify people or send readers elsewhere.
 */
function unlinked(text: string): string {
  return text
    .replace(/@(?=\w)/g, '@\u2060')
    .replace(/(?<!&)#(?=\d)/g, '#\u2060')
    .replace(/:\/\//g, ':\u2060//')
    .replace(/\bwww\./gi, (www) => `${www.slice(0, 3)}\u2060.`);
}

/** For the terminal: nothing that moves the cursor, rings, or hides text. */
export function escapeTerminal(text: string): string {
  return visible(text);
}
