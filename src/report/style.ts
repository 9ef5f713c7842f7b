// The page's style sheet: layout, and the two themes over the colours that the charts already carry.
// Without it (viewers that forbid styles) everything is still there, in light colours.
import { DELAY_TONES, INK, STAGE_TONES, type Tone, VARIANT_TONES } from './svg/palette.ts';

/** `places`: how many variants can be picked out by the switch at the top. */
export function styleSheet(places: number): string {
  return `:root{color-scheme:light dark}
:root:has(#theme-light:checked){color-scheme:light}:root:has(#theme-dark:checked){color-scheme:dark}
${themes()}
${LAYOUT}
${highlights(places)}
${NARROW}
${PRINT}`;
}

function themes(): string {
  const paint = (selector: string, property: string, tone: Tone) =>
    `${selector}{${property}:light-dark(${tone.light},${tone.dark})}`;
  const list = (prefix: string, property: string, all: readonly Tone[]) =>
    all.map((tone, i) => paint(`${prefix}${i}`, property, tone)).join('');
  const inks = Object.entries(INK)
    .map(([name, { light, dark }]) => `--${name}:light-dark(${light},${dark});`)
    .join('');
  return `@supports (color:light-dark(#000,#fff)){
:root{${inks}--card:light-dark(#f5f7f9,#1a2029);--good:light-dark(#1d6b46,#58bda4);--bad:light-dark(#a63c0c,#ff9d5c)}
body{background:var(--page);color:var(--text)}
text.m{fill:var(--muted)}.i{fill:var(--text)}.paper{fill:var(--page)}.grid{stroke:var(--grid)}.leader{stroke:var(--muted)}.goal{stroke:var(--text)}.band{fill:var(--band)}
${list('path.v', 'stroke', VARIANT_TONES)}${list('.d', 'fill', DELAY_TONES)}${list('.k', 'fill', STAGE_TONES)}
}`;
}

const LAYOUT = `body{font:16px/1.55 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;margin:0 auto;padding:28px 28px 72px;max-width:1024px;overflow-wrap:break-word}
h1{font-size:1.9rem;line-height:1.22;letter-spacing:-.012em;margin:.25em 0 .45em;text-wrap:balance;max-width:38ch}h1.doubt{border-left:6px solid var(--bad,#a63c0c);padding-left:14px}
h2{font-size:1.22rem;margin:2.6em 0 .5em}h3{font-size:1rem;margin:1.8em 0 .3em}
.lede{font-size:1.08rem;max-width:72ch;margin:.2em 0 .7em}.sub,figcaption,caption,small{color:var(--muted,#5b6572)}.sub,figcaption,caption{font-size:.86rem;max-width:88ch}small{font-size:.8em}
.facts{display:flex;flex-wrap:wrap;gap:8px;padding:0;list-style:none;margin:1em 0;font-size:.88rem}.facts li{border:1px solid var(--grid,#e3e7ec);border-radius:999px;padding:2px 12px}.facts .warn{border-color:var(--bad,#a63c0c);background:var(--card,#f5f7f9)}.facts a{color:inherit}
.good{color:var(--text)}.good>span,b.good{color:var(--good,#1d6b46)}.bad,.warn>span{color:var(--bad,#a63c0c)}
table{border-collapse:collapse;border:0;font-size:.88rem;font-variant-numeric:tabular-nums}th,td{border:0;border-bottom:1px solid var(--grid,#e3e7ec);padding:5px 10px;white-space:nowrap}caption{text-align:left;padding:0 0 8px;white-space:normal}thead th{font-weight:600;font-size:.82rem;vertical-align:bottom}tbody th{font-weight:500}
.one{width:100%}.one th:first-child{padding-left:0}.one tbody th{font-weight:600}.one thead svg{font-weight:400}.tag.long{white-space:normal;overflow-wrap:anywhere;min-width:11em}.one td,.one th{padding:7px 8px}.one td{vertical-align:middle}.one td[data-label^=Against]{white-space:normal}.why{white-space:normal;line-height:1.35;max-width:25ch;font-size:.76rem;color:var(--muted,#5b6572);margin-top:3px}.one svg,.tag svg{vertical-align:middle}
.tag{display:inline-flex;align-items:baseline;gap:6px}.tag svg{flex:none;align-self:center;max-width:none}.key{display:flex;flex-wrap:wrap;gap:4px 18px;font-size:.84rem;margin:.6em 0;align-items:center}
.data thead th,.kinds thead th{white-space:normal;max-width:9em}.data tr>:first-child{padding-left:0}.kinds tr th:first-child{padding-left:0}.kinds td,.kinds th{padding-top:3px;padding-bottom:3px}.kinds th.kind{padding-top:16px;font-weight:600}.kinds svg{max-width:none;vertical-align:middle}
figure{margin:0 0 .9em}svg{max-width:100%;height:auto}.one svg{max-width:none}.scroll{overflow-x:auto}details{margin:.35em 0}summary{cursor:pointer;font-size:.86rem;padding:2px 0}.panels figure{margin-bottom:1.1em}
code,pre,ins,del{font-family:ui-monospace,SFMono-Regular,Menlo,monospace;font-size:.86em}code{background:var(--card,#f5f7f9);border-radius:4px;padding:1px 5px;white-space:normal}pre{background:var(--card,#f5f7f9);border-radius:6px;padding:12px 14px;overflow-x:auto;font-size:.84rem;margin:.5em 0}pre.mail{white-space:pre-wrap;overflow-wrap:anywhere}ins,del{text-decoration:none;font-size:1em}ins{color:var(--good,#1d6b46)}del{color:var(--bad,#a63c0c)}
.change{font-size:.86rem;margin:.35em 0}.note{border-left:4px solid var(--bad,#a63c0c);background:var(--card,#f5f7f9);border-radius:0 6px 6px 0;padding:9px 14px;margin:8px 0;font-size:.92rem}.note.found{font-size:1.08rem;font-weight:600;max-width:68ch;margin:0 0 1em}.note.ok{border-color:var(--good,#1d6b46)}.note.plain{border-color:var(--muted,#5b6572)}
dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:3px 18px;font-size:.88rem;margin:.8em 0}dt{color:var(--muted,#5b6572)}dd{margin:0;overflow-wrap:anywhere}
.bar{position:sticky;top:0;z-index:2;display:flex;flex-wrap:wrap;gap:2px 10px;align-items:center;background:var(--page,#fff);border-bottom:1px solid var(--grid,#e3e7ec);padding:6px 0;font-size:.84rem}.bar input{position:absolute;opacity:0;width:1px}.bar label{cursor:pointer;padding:2px 7px;border-radius:5px}.bar input:checked+label{background:var(--card,#f5f7f9);font-weight:600;box-shadow:inset 0 0 0 1px var(--grid,#e3e7ec)}.bar .end{white-space:nowrap;margin-left:auto}
summary:focus-visible,[tabindex]:focus-visible,a:focus-visible,input:focus-visible+label{outline:3px solid #1899ec;outline-offset:2px;border-radius:4px}`;

/** Picking a variant dims the others, in every chart and in the table. */
function highlights(places: number): string {
  const rules = Array.from({ length: places }, (_, place) => {
    const picked = `:root:has(#pick-${place}:checked)`;
    return `${picked} .v:not(.p${place}):not(:has(.p${place})){opacity:.15}${picked} path.v6.p${place}{stroke:var(--text);stroke-width:2.2}`;
  });
  // A dimmed group must not dim its members once more.
  return `${rules.join('\n')}\n.v .v{opacity:1!important}`;
}

/** On a phone the one table becomes a card per variant. */
const NARROW = `@media screen and (max-width:760px){body{padding:16px 16px 56px}h1{font-size:1.4rem}figure .scroll>svg{min-width:720px}.data th:first-child{position:sticky;left:0;background:var(--page,#fff);max-width:9.5em;white-space:normal}.bar{position:static}
.one,.one tbody,.one tr,.one th,.one td,.one caption{display:block}.one thead{display:none}.one tr{padding:12px 0;border-bottom:1px solid var(--grid,#e3e7ec)}.one td,.one th{border:0;padding:2px 0;text-align:left}.one td.lane{padding:5px 0 8px}.one td.lane svg{width:100%;height:26px}.one td[data-label] .why{margin-left:auto}.one td[data-label]{display:flex;justify-content:space-between;gap:14px}.one td[data-label]::before{content:attr(data-label);color:var(--muted,#5b6572);flex:none}.one td[data-label]>span{text-align:right;min-width:0;white-space:normal}}`;

const PRINT = `@media print{:root{color-scheme:light!important;font-size:11.5px}.bar{display:none}body{max-width:none;padding:0;font-size:1rem}h2{break-after:avoid;margin-top:1.6em}figure,tr,.note{break-inside:avoid}.scroll{overflow:visible}.one td,.one th{padding:4px 5px}.lane svg,.one thead svg{width:170px;height:20px}.one .tag svg{width:22px}.kinds td,.kinds th{padding-left:4px;padding-right:4px}.kinds tr :first-child{padding-left:0}.kinds td svg{width:175px}.kinds .tag svg{width:22px}pre{white-space:pre-wrap}@page{size:A4;margin:14mm}}
@media(prefers-reduced-motion:no-preference){.v{transition:opacity .15s}}@media(forced-colors:active){svg{forced-color-adjust:none;background:#fff}}`;
