/**
 * The style sheet of the page: the system's typefaces, digits of equal width, few lines. Dark if the reader's system is, or if the switch
 * is set to dark. On paper the types keep their colors, because these have a meaning, and everything else is black on white.
 */

import { heatShades } from './colors.js';
import { FLOW_STYLE } from './flow.js';
import { SHADES } from './heat-map.js';
import { STORY_STYLE } from './story-style.js';

const COLORS = {
  light: { stored: '#1d5fa8', computed: '#a34a00', card: '#ffffff' },
  dark: { stored: '#7cb7f5', computed: '#f0a35c', card: '#1b1f24' },
};

const LIGHT = `--paper:#fbfbfa;--card:${COLORS.light.card};--ink:#1b1f24;--soft:#59626d;--line:#e1e4e8;--link:#0a58a8;--bar:${COLORS.light.stored};--faint:#9fb0c0;
--stored:${COLORS.light.stored};--computed:${COLORS.light.computed};--stored-soft:#e9f1fb;--computed-soft:#fdf1e6;--buffers:#d9964f;
--error:#b3261e;--warning:#8a5300;--advice:#0a58a8;--fits:#1a7f37;${heatShades(COLORS.light.computed, COLORS.light.card, 0.6, SHADES)}color-scheme:light;`;
const DARK = `--paper:#14171b;--card:${COLORS.dark.card};--ink:#e6e9ed;--soft:#9da7b3;--line:#30363d;--link:#7cb7f5;--bar:${COLORS.dark.stored};--faint:#4c6076;
--stored:${COLORS.dark.stored};--computed:${COLORS.dark.computed};--stored-soft:#162636;--computed-soft:#33230f;--buffers:#a06a33;
--error:#ff8f87;--warning:#e3b341;--advice:#7cb7f5;--fits:#56c271;${heatShades(COLORS.dark.computed, COLORS.dark.card, 0.45, SHADES)}color-scheme:dark;`;

/** A small matrix with one highlighted number. */
export const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><rect width="16" height="16" rx="3" fill="#1d5fa8"/><path d="M3 3h4v4H3zM9 9h4v4H9zM3 9h4v4H3z" fill="#bcd6f2"/><path d="M9 3h4v4H9z" fill="#f0a35c"/></svg>',
).replaceAll("'", '%27')}`;

const BASE = `
:root{${LIGHT}}
@media (prefers-color-scheme:dark){:root:not([data-theme=light]){${DARK}}}
:root[data-theme=dark]{${DARK}}
*{box-sizing:border-box}
html{scroll-padding-top:3.5rem;-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans","Liberation Sans",sans-serif;font-variant-numeric:tabular-nums}
header,nav ul,main,footer{max-width:1200px;margin:0 auto;padding:0 20px}
code{font:0.88em/1.4 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;overflow-wrap:anywhere}
small{font-size:0.86em;color:var(--soft)}
a{color:var(--link)}
:focus-visible{outline:2px solid var(--link);outline-offset:2px}
.unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-100vw;background:var(--card);padding:8px 12px;z-index:3}
.skip:focus{left:8px;top:8px}
#theme{flex:none}
header{display:flex;gap:20px;align-items:flex-start;justify-content:space-between;padding-top:28px;padding-bottom:12px}
.title{min-width:0}
h1{font-size:1.75rem;line-height:1.2;margin:0;letter-spacing:-0.01em;overflow-wrap:anywhere}
.title p{margin:4px 0 0;color:var(--soft);overflow-wrap:anywhere}
button{font:inherit;color:inherit;background:var(--card);border:1px solid var(--line);border-radius:6px;padding:3px 12px;cursor:pointer}
button[aria-pressed=true]{background:var(--ink);color:var(--paper);border-color:var(--ink)}
nav{position:sticky;top:0;z-index:2;background:var(--paper);border-bottom:1px solid var(--line)}
nav ul{display:flex;flex-wrap:wrap;gap:0 12px;list-style:none;white-space:nowrap;font-size:0.86rem}
nav a{display:block;padding:6px 0;color:var(--soft);text-decoration:none}
nav a:hover{color:var(--ink)}
nav a:focus-visible{outline-offset:-2px}
main:focus{outline:none}
section{padding-top:34px}
h2{font-size:1.3rem;line-height:1.3;margin:0;letter-spacing:-0.01em}
h3{font-size:1rem;line-height:1.35;margin:20px 0 6px}
p{margin:0 0 10px;max-width:75ch}
.head{display:flex;gap:8px;align-items:baseline;margin:0 0 8px}
.anchor{color:var(--soft);text-decoration:none;padding:0 6px;min-width:24px}
.anchor:hover{color:var(--link)}
.says,.note{color:var(--soft);margin:0 0 12px;max-width:75ch}
.says{margin-top:-4px}
.note{font-size:0.9rem;margin:8px 0 0}
.note+.note{margin-top:2px}
.fine{margin:0}
.facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(158px,1fr));margin:0 0 14px;padding:4px 0;border:solid var(--line);border-width:1px 0}
.facts div{padding:6px 12px 6px 0}
dt{color:var(--soft);font-size:0.82rem}
dd{margin:0}
.facts dd{font-size:1.06rem;font-weight:600;overflow-wrap:anywhere}
.facts small{display:block;font-weight:400;font-size:0.78rem}
.types{display:block;border-radius:3px}
.legend{list-style:none;margin:8px 0 0;padding:0;display:flex;flex-wrap:wrap;gap:4px 18px;font-size:0.9rem}
.pair{white-space:nowrap;margin-right:6px}
.chip{display:inline-block;border-radius:3px;padding:0 6px;font:600 0.78rem/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace}
.blue{fill:var(--stored)}
.orange{fill:var(--computed)}
.swatch{display:inline-block;width:12px;height:12px;border-radius:2px;margin-right:6px;vertical-align:-1px}
.scroll{position:relative;overflow-x:auto;max-width:100%}
.narrow{max-width:720px}
table{border-collapse:collapse;width:100%;font-size:0.92rem;line-height:1.4}
th,td{text-align:left;padding:4px 14px 4px 0;vertical-align:baseline;border-bottom:1px solid var(--line)}
th:last-child,td:last-child{padding-right:0}
thead th,thead td{color:var(--soft);font-weight:400;font-size:0.82rem;white-space:nowrap}
tbody th{font-weight:500}
.number,.numbers td{text-align:right;white-space:nowrap}
.numbers thead th:not(:first-child){text-align:right}
.bars{width:16%;min-width:70px}
@media (min-width:1000px){.shape,.kinds,.stored th{white-space:nowrap}}
.share{display:block}
.bar{fill:var(--bar)}
.faint{fill:var(--faint)}
.here th,.here td{font-weight:700}
.top td,.top th{vertical-align:top}
.treemap text{font-size:11px}
.treemap [class*=lean]{display:none}
.treemap .name{font-size:12px;fill:var(--ink)}
.treemap rect{shape-rendering:crispEdges}
.treemap,.curve{display:block}
.grid{width:auto;border-collapse:separate;border-spacing:1px;font-size:0.82rem}
.grid th,.grid td{border:0;padding:0}
.grid thead th{text-align:center;font-size:0.7rem;min-width:22px}
.grid thead th:first-child{text-align:left}
.grid tbody th{white-space:nowrap;padding-right:12px;font-weight:400;position:sticky;left:0;background:var(--paper)}
.grid td{width:22px;min-width:22px;height:20px;text-align:center;border-radius:2px;line-height:1;vertical-align:middle}
.dense td,.dense thead th{width:10px;min-width:10px}
.dense thead span{display:inline-block;width:10px;overflow:visible;white-space:nowrap}
.named td,.named thead th{min-width:64px;font-size:0.74rem}
.grid td:last-child:not(:nth-child(2)){padding:0 8px}
.grid .apart{padding-left:10px;padding-right:10px}
.grid .none{background:none;box-shadow:inset 0 0 0 1px var(--line)}
.flow{list-style:none;display:flex;flex-wrap:wrap;gap:10px 26px;margin:0;padding:0;align-items:stretch}
.flow>li{position:relative;background:var(--card);border:1px solid var(--line);border-radius:8px;padding:8px 14px;display:flex;flex-direction:column;justify-content:center;min-width:92px}
.flow>li:not(:last-child)::after{content:"→" / "";position:absolute;right:-21px;top:50%;transform:translateY(-50%);color:var(--soft)}
.flow .repeated{box-shadow:3px 3px 0 -1px var(--card),3px 3px 0 0 var(--line),6px 6px 0 -1px var(--card),6px 6px 0 0 var(--line)}
.flow ul{list-style:none;margin:2px 0;padding:0}
.flow span,.flow ul{font-size:0.9rem}
.memory{display:grid;grid-template-columns:minmax(0,3fr) minmax(0,2fr);gap:32px;align-items:start}
figure{margin:0;min-width:0}
.curve text{font-size:12px;fill:var(--ink)}
.curve line{stroke:var(--ink);stroke-opacity:0.16}
.curve .base{stroke-opacity:0.5}
.weights{fill:var(--stored);background:var(--stored)}
.cache{fill:var(--computed);background:var(--computed)}
.compute{fill:var(--buffers);background:var(--buffers)}
.curve path{fill-opacity:0.75}
.search{display:flex;flex-wrap:wrap;gap:8px 12px;align-items:center;margin:0 0 10px}
.search[hidden]{display:none}
input[type=search]{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:4px 10px;width:26rem;max-width:100%}
*::placeholder{color:var(--soft);opacity:1}
output{color:var(--soft);font-size:0.9rem}
.tensors tbody tr:first-child>*{border-bottom:0;padding-bottom:0}
.tensors tbody th{min-width:15rem}
.tensors thead button{border:0;background:none;padding:0;color:inherit;text-decoration:underline dotted;text-underline-offset:3px}
.tensors [aria-sort=ascending] button::after{content:" ↑" / ""}
.tensors [aria-sort=descending] button::after{content:" ↓" / ""}
.more td{padding-top:0}
summary{cursor:pointer;color:var(--soft);font-size:0.9rem}
.more details[open]{padding-bottom:10px}
.more dl{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:2px 16px;margin:6px 0 8px 16px}
.more dt{font-size:0.86rem}
.axis{display:block}
.members{width:auto;margin-left:16px;font-size:0.86rem}
.members th,.members td{padding:1px 20px 1px 0;border:0}
.members tbody th{min-width:0;font-weight:400}
.tensors .members tbody tr:first-child>*{padding-bottom:1px}
.findings{list-style:none;margin:0;padding:0}
.findings>li{border-left:3px solid var(--line);padding:2px 0 2px 12px;margin-bottom:10px;overflow-wrap:anywhere}
.findings p{margin:0}
.findings .error{border-color:var(--error)}
.findings .warning{border-color:var(--warning)}
.findings .advice{border-color:var(--advice)}
.error>p .level{color:var(--error);font-weight:600}
.warning>p .level{color:var(--warning);font-weight:600}
.advice>p .level{color:var(--advice);font-weight:600}
footer{padding-top:36px;padding-bottom:36px;color:var(--soft);font-size:0.86rem;overflow-wrap:anywhere}
@media (max-width:1200px){html{scroll-padding-top:5.5rem}svg .wide{display:none}.treemap .lean-wide{display:inline}}
@media (max-width:760px){
body{font-size:14px}
html{scroll-padding-top:3.5rem}
nav ul{flex-wrap:nowrap;overflow-x:auto;scrollbar-width:none}
header,nav ul,main,footer{padding-left:14px;padding-right:14px}
.memory{grid-template-columns:minmax(0,1fr);gap:16px}
.treemap .lean-middle{display:inline}
svg.curve .middle,svg.treemap .middle{display:none}
.facts{grid-template-columns:repeat(auto-fill,minmax(136px,1fr))}
.more dl{grid-template-columns:minmax(0,1fr);margin-left:8px}
.more dd{margin-bottom:4px}
.flow{flex-direction:column;gap:22px}
.flow>li:not(:last-child)::after{content:"↓" / "";right:auto;left:50%;top:auto;bottom:-22px;transform:none}
}
@media print{
:root,:root[data-theme=dark],:root:not([data-theme=light]){${LIGHT}--paper:#ffffff;--ink:#000000;--soft:#3c434b}
body{font-size:10pt}
nav,.skip,#theme,.search,.anchor,#picker,#context,#context-label,#more,.choice>input,.choice>label,.of-type{display:none}
header,main,footer{max-width:none;padding-left:0;padding-right:0}
svg,.chip,.grid td,.blue{fill:var(--stored)}
.orange{fill:var(--computed)}
.swatch{-webkit-print-color-adjust:exact;print-color-adjust:exact}
section,tbody,.flow>li,.facts div{break-inside:avoid}
#tensor-list,#findings{break-inside:auto}
h2{break-after:avoid}
.memory{grid-template-columns:minmax(0,1fr);gap:12px}
.scroll{overflow:visible}
.grid tbody th{position:static}
}
@media (prefers-reduced-motion:no-preference){html{scroll-behavior:smooth}}
`;

/** The style sheet of all pages. */
export const STYLE = `${BASE}${STORY_STYLE}${FLOW_STYLE}`;
