/** The look of the flow picture: colors for light and dark screens, sizes of text. */

/** The class, and so the hue, for each kind of box, so that one kind can be recognized in a tall picture. */
export const BOX_CLASSES: Readonly<Record<string, string>> = {
  attention: 'attention',
  'cross-attention': 'attention',
  'feed-forward': 'network',
  experts: 'network',
  'shared-experts': 'network',
  'channel-mixing': 'network',
  'linear-attention': 'recurrent',
  'state-space': 'recurrent',
  'time-mixing': 'recurrent',
  'short-convolution': 'recurrent',
  convolution: 'recurrent',
  embedding: 'ends',
  output: 'ends',
  patches: 'ends',
  projector: 'ends',
  input: 'bare',
  result: 'bare',
  'not-known': 'unknown',
};

const LIGHT = `--page:#fff;--ink:#1f2328;--soft:#57606a;--line:#6e7781;--frame:#d0d7de;--inside:#f6f8fa;--box:#fff;
--attention:#dbe9ff;--network:#dcf3e1;--recurrent:#dcf0f5;--ends:#eadcff;--unknown:#ffdcd7`;
const DARK = `--page:#0d1117;--ink:#e6edf3;--soft:#9aa5b1;--line:#8b949e;--frame:#3d444d;--inside:#151b23;--box:#1c2430;
--attention:#1d3557;--network:#173a25;--recurrent:#123c47;--ends:#33215a;--unknown:#4f1d1d`;

const RULES: readonly (readonly [selectors: string, declarations: string])[] = [
  ['text', 'font:14px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)'],
  ['.name', 'font-size:22px;font-weight:700'],
  ['.part', 'font-size:17px;font-weight:700'],
  ['.layers-title', 'font-size:16px;font-weight:700'],
  ['.title', 'font-size:15px;font-weight:600'],
  ['.facts', 'font-size:13px;fill:var(--soft)'],
  ['.row', 'font:12.5px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'],
  ['.end', 'text-anchor:end'],
  ['.page', 'fill:var(--page)'],
  ['.layers', 'fill:var(--inside);stroke:var(--frame);stroke-width:1.5'],
  ['.box', 'fill:var(--box);stroke:var(--frame)'],
  ['.attention', 'fill:var(--attention)'],
  ['.network', 'fill:var(--network)'],
  ['.recurrent', 'fill:var(--recurrent)'],
  ['.ends', 'fill:var(--ends)'],
  ['.unknown', 'fill:var(--unknown)'],
  ['.bare', 'fill:none;stroke-dasharray:4 3'],
  ['.line,.residual', 'fill:none;stroke:var(--line);stroke-width:1.5'],
  ['.residual', 'stroke-dasharray:5 4'],
  ['.tip', 'fill:var(--line)'],
  ['.sum', 'fill:var(--box);stroke:var(--line);stroke-width:1.5'],
  ['.plus', 'stroke:var(--ink);stroke-width:2'],
];

/** The rules for everything inside `scope`. */
function rules(scope: string): string {
  const inside = (selectors: string) => selectors.replace(/[^,]+/g, (selector) => `${scope}${selector}`);
  return RULES.map(([selectors, declarations]) => `${inside(selectors)}{${declarations}}`).join('\n');
}

/** For the picture as a file: light or dark like the reader's screen. */
export const SVG_STYLE = `
svg{${LIGHT}}
@media (prefers-color-scheme:dark){svg{${DARK}}}
${rules('')}
`;

/** For the picture inside the element `scope` of a page, which has its own switch for light and dark. */
export function embeddedSvgStyle(scope: string): string {
  return `${scope} svg{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]) ${scope} svg{${DARK}}}
:root[data-theme=dark] ${scope} svg{${DARK}}
${rules(`${scope} `)}
${scope} .page{fill:none}`;
}
