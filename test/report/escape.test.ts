import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHtml, escapeMarkdown, escapeTerminal } from '../../src/report/escape.ts';
import { html, render } from '../../src/report/markup.ts';

const anyText = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc.constantFrom('\u001b[2J', '</style><script>', '"onload="x', '\u202egpj.exe', '\r\n.\r\n'),
);

describe('escaping', () => {
  it.each([
    ['<script>alert(1)</script>', '&lt;script&gt;alert(1)&lt;/script&gt;'],
    [`"' &`, '&quot;&#39; &amp;'],
    ['two\r\nlines', 'two lines'],
    ['a\u0000b\u001b[31m', 'a\\x00b\\x1b[31m'],
    ['\u202ertl', '\\u202ertl'],
    ['lone \ud800', 'lone \\ud800'],
  ])('makes %j safe in HTML', (text, expected) => {
    expect(escapeHtml(text)).toBe(expected);
  });

  it('never lets markup or control characters into HTML', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"'\p{Cc}]|\p{Surrogate}/u);
      }),
    );
  });

  it('leaves nothing on the terminal that moves, rings or hides', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(escapeTerminal(text)).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it.each([
    ['| cell |', '\\| cell \\|'],
    ['[text](http://evil.test)', '\\[text\\](http:\u2060//evil.test)'],
    ['@everyone', '@\u2060everyone'],
    ['fixes #12', 'fixes \\#\u206012'],
    ['<img src=x>', '&lt;img src=x&gt;'],
    ['# heading', '\\# heading'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['29.3 s', '29.3 s'],
    ['a\n\nb', 'a b'],
  ])('makes %j safe in Markdown', (text, expected) => {
    expect(escapeMarkdown(text)).toBe(expected);
  });

  it('escapes every value in a template, except markup that a template made', () => {
    const inner = html`<b>${'<i>'}</b>`;
    expect(render(html`<p title="${'"'}">${[inner, '&', 7, undefined]}</p>`)).toBe(
      '<p title="&quot;"><b>&lt;i&gt;</b>&amp;7</p>',
    );
  });
});
