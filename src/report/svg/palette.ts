// The colours of every chart, told apart under protan, deutan and tritan vision. Each stands twice:
// as a presentation attribute, which survives viewers that forbid styles, and as a class, which the
// page's themes colour.

export interface Tone {
  readonly light: string;
  readonly dark: string;
}

const tones = (light: string, dark: string): readonly Tone[] => {
  const darks = dark.split(' ');
  return light.split(' ').map((colour, i) => ({ light: colour, dark: darks[i] ?? colour }));
};

/** Class `v0`…`v5`; `v6` is the grey of the variants that have no colour of their own. */
export const VARIANT_TONES = tones(
  '#3f4855 #1899ec #7a4306 #2e805a #ed58a9 #a9912b #a8b0ba',
  '#c9d1db #2a72e8 #e46212 #58bda4 #a5699a #fcb02b #5a6472',
);
export const GREY = 6;

/** Stroke dashes, so that the variants differ without colour too; the baseline is solid and thick. */
export const DASHES = ['', '8 3', '2 2.5', '10 3 2 3', '5 2', '14 4', ''] as const;

/** Class `d0`…`d4`: by severity. */
export const DELAY_TONES = tones(
  '#e1edf6 #f0c469 #dd7f22 #a63c0c #3b0a17',
  '#1d3950 #7a561c #c8701f #ffa766 #ffe9ef',
);

/** Class `k0`…`k5` for the stages, `k6` timed out, `k7` accepted, `k8` not played to its end, `k9` held. */
export const STAGE_TONES = tones(
  '#d8ebfb #a9ccea #7baed9 #4a8fc7 #2971a7 #105483 #e8a33d #6b1038 #c4cad1 #7d4fa3',
  '#e4f0fb #b1d4f2 #83b6e2 #5499d2 #357cb2 #125f94 #f0b04a #c2185b #4a535f #8d5fb3',
);

export const INK = {
  text: { light: '#1b2027', dark: '#e6eaf0' },
  muted: { light: '#5b6572', dark: '#9aa5b3' },
  grid: { light: '#e3e7ec', dark: '#272e38' },
  band: { light: '#fbf0e2', dark: '#241f19' },
  page: { light: '#ffffff', dark: '#12161c' },
} as const satisfies Record<string, Tone>;

export function lightOf(list: readonly Tone[], index: number): string {
  return list[index]?.light ?? INK.muted.light;
}
