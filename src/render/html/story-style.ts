/** The style sheet for the sections of the story: sketches, vectors, cards of stored and computed, the heat map, the block, the slider. */

import { SHADES } from './heat-map.js';

const MONO = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace';

const HEAT = Array.from({ length: SHADES + 1 }, (_, i) => `.h${i}{background:var(--h${i})}`).join('\n');

/** On a narrow screen the cells of wide tables are placed one below the other, each with the title of its column: by class and column. */
const STACKED: Readonly<Record<string, readonly string[]>> = {
  stored: ['In → out', 'Tensors', 'Type', 'Parameters', 'Bytes', 'Share'],
  tensors: ['Role', 'In → out', 'Type', 'Parameters', 'Bytes'],
  one: ['Key', 'Score', 'Weight', 'Value'],
  block: ['Bytes', 'In the file', 'Meaning'],
  metadata: ['Type', 'Value'],
  run: ['Formula'],
};

const STACKED_WORDS = Object.entries(STACKED)
  .flatMap(([table, words]) =>
    words.map((word, i) => `.${table}>tbody>tr:not(.more)>td:nth-child(${i + 2})::before{content:"${word}"}`),
  )
  .join('\n');

export const STORY_STYLE = `
.links{font-size:0.9rem}
.links span{margin-right:14px}
.three{display:grid;grid-template-columns:repeat(3,minmax(0,1fr));gap:16px}
.sides{display:grid;grid-template-columns:repeat(2,minmax(0,1fr));gap:16px;margin:0 0 14px}
.side{background:var(--card);border:1px solid var(--line);border-top:4px solid var(--faint);border-radius:8px;padding:10px 16px 6px;min-width:0}
.side.stored{border-top-color:var(--stored)}
.side.computed{border-top-color:var(--computed)}
.side h3{margin:0 0 6px}
.side.stored h3{color:var(--stored)}
.side.computed h3{color:var(--computed)}
.side p{font-size:0.93rem}
.sketch{display:block;width:100%;max-width:280px;height:auto;margin:0 auto 6px}
.sketch text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:var(--ink)}
.sketch path{fill:none;stroke:var(--soft);stroke-width:1.5}
.sketch .wrong{stroke-dasharray:4 3}
.sketch .cross{stroke:var(--error);stroke-width:3}
.sketch .relation{stroke:var(--computed);stroke-width:2}
.sketch .r1{stroke-width:5}
.sketch .flowing{fill:var(--computed)}
.sketch .weight{fill:var(--stored)}
.w0{fill-opacity:1}.w1{fill-opacity:0.75}.w2{fill-opacity:0.5}.w3{fill-opacity:0.3}
.steps{list-style:none;counter-reset:step;margin:0;padding:0}
.steps>li{counter-increment:step;position:relative;padding:0 0 16px 40px;min-width:0}
.steps>li::before{content:counter(step) / "";position:absolute;left:0;top:0;width:26px;height:26px;border-radius:50%;border:1px solid var(--soft);text-align:center;line-height:24px;font-size:0.86rem}
.steps>li:not(:last-child)::after{content:"";position:absolute;left:13px;top:28px;bottom:0;border-left:1px solid var(--line)}
.steps strong{display:block}
.side-words{display:block;color:var(--soft);max-width:75ch}
q{overflow-wrap:anywhere}
.tokens{display:inline-flex;flex-wrap:wrap;gap:6px;margin-top:4px}
.token{display:inline-block;border:1px solid var(--line);border-radius:6px;background:var(--card);padding:1px 8px;font-family:${MONO};font-size:0.88rem}
span.scroll{display:block}
.vector{display:inline-flex;flex-wrap:wrap;gap:2px;margin:4px 0;font-family:${MONO};font-size:0.8rem;white-space:nowrap}
.scroll .vector{flex-wrap:nowrap}
.vector>span{padding:2px 6px;min-width:3.4em;text-align:right;border-radius:3px}
.vector.stored>span{background:var(--stored-soft)}
.vector.computed>span{background:var(--computed-soft)}
.vector>.rest{background:none;color:var(--soft)}
.picker{display:flex;flex-wrap:wrap;gap:8px 14px;align-items:center;margin:0 0 10px}
.picker[hidden]{display:none}
select{font:inherit;color:inherit;background:var(--card);border:1px solid var(--soft);border-radius:6px;padding:3px 8px;min-height:28px}
.heat{width:auto;border-collapse:separate;border-spacing:2px;font-size:0.8rem}
.heat caption{text-align:left;color:var(--soft);padding-bottom:4px;white-space:nowrap}
.heat th,.heat td{border:0;padding:0}
.heat thead th{vertical-align:bottom;font-family:${MONO};color:var(--ink);padding:0 2px 4px}
.written thead th{text-align:center}
.heat:not(.written) thead th span{writing-mode:vertical-rl}
.heat tbody th{vertical-align:middle;white-space:nowrap;text-align:right;padding-right:8px;font-family:${MONO};font-weight:400}
.heat td{width:16px;min-width:16px;height:16px;border-radius:2px;text-align:center;vertical-align:middle}
.written td{width:54px;min-width:44px;height:34px}
.heat td:not(.none):hover{outline:2px solid var(--computed)}
.heat .none{background:none}
${HEAT}
.heat+.note,.scroll+.note{margin-top:8px}
.note+p{margin-top:8px}
.from-computed{color:var(--computed)}
.from-stored{color:var(--stored)}
#head-table td{white-space:nowrap}
.maps{display:grid;grid-template-columns:auto minmax(0,1fr);gap:8px 40px;align-items:start;justify-content:start}
.head-maps{display:flex;flex-wrap:wrap;gap:8px;max-height:22rem;overflow:auto;padding:3px}
.head-maps[hidden]{display:none}
.head-maps button{display:flex;flex-direction:column;align-items:center;gap:2px;padding:4px;font-size:0.76rem;min-width:52px}
.head-maps button[aria-pressed=true]{background:var(--computed-soft);color:var(--ink);border-color:var(--computed)}
.head-maps canvas{width:48px;height:48px;image-rendering:pixelated;background:var(--card)}
.line{font-size:1.15rem}
.line bdi{font-family:${MONO}}
.answer{color:var(--computed)}
.plain{list-style:none;margin:0 0 10px;padding:0}
.fields{display:block;margin:0 0 10px}
.fields text{font-size:12px;fill:#ffffff}
.f0{fill:#1d5fa8;background:#1d5fa8}
.f1{fill:#3a6b7e;background:#3a6b7e}
.f2{fill:#4f5fae;background:#4f5fae}
.f3{fill:#2b6f6b;background:#2b6f6b}
.weights-drawn{display:block;fill:var(--stored);border-block:1px solid var(--line)}
.sums{display:grid;grid-template-columns:max-content minmax(0,1fr);gap:4px 16px;align-items:center;margin:0 0 8px;max-width:800px}
.sums dd{display:grid;grid-template-columns:6em minmax(0,1fr);align-items:center}
.choice{border:0;margin:0 0 14px;padding:0;min-width:0}
.choice label{margin-right:14px}
.choice .treemap{margin-top:8px}
.of-type{display:none}
#treemap-type:checked~.of-type{display:block}
#treemap-type:checked~.of-role{display:none}
.slider{margin:0 0 24px}
.slider input{width:min(30rem,100%);padding:0;border:0;accent-color:var(--computed)}
.cards{display:block;overflow:visible}
.cards line{stroke:var(--soft);stroke-width:1}
.cards text{font-size:12px;fill:var(--soft)}
.cards .fits text{fill:var(--fits);font-weight:700}
.cards .fits line{stroke:var(--fits);stroke-width:2}
.below{display:block}
.metadata th{max-width:22rem;overflow-wrap:anywhere}
.metadata .value{overflow-wrap:anywhere}
pre{margin:6px 0;padding:10px 14px;background:var(--card);border:1px solid var(--line);border-radius:6px;font:0.82rem/1.45 ${MONO};max-height:28rem;overflow:auto}
details{margin:0 0 6px}
section>details>summary{padding:4px 0}
#more{margin:10px 0}
.scroll+p,.scroll+ul{margin-top:8px}
@media (max-width:760px){
.three,.sides,.maps{grid-template-columns:minmax(0,1fr)}
.sums{grid-template-columns:minmax(0,1fr)}
.steps>li{padding-left:34px}
.written td{width:40px;min-width:36px}
.side{padding:8px 12px 4px}
}
@media (max-width:760px){
.stack,.stack>tbody,.stack>thead,.stack>tbody>tr,.stack>tbody>tr>*{display:block}
.stack>thead>tr{display:flex;flex-wrap:wrap;gap:0 16px}
.stack>thead>tr>:not([data-sort]){position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.stack>tbody>tr>*,.stack.numbers td{border:0;padding:1px 0;text-align:left;white-space:normal;overflow-wrap:anywhere}
.stack>tbody>tr:not(:empty){padding:7px 0;border-bottom:1px solid var(--line)}
.stack.tensors>tbody>tr:first-child{border-bottom:0;padding-bottom:0}
.stack.tensors tbody th,.stack.metadata th{min-width:0;max-width:none}
.stack>tbody>tr:not(.more)>td{position:relative;padding-left:6.5rem}
.stack>tbody>tr:not(.more)>td::before{position:absolute;left:0;color:var(--soft);font-size:0.82rem}
.stack>tbody>tr>td.bars{display:none}
.stack .vector,.scroll .vector{flex-wrap:wrap}
.side code,.members code{font-size:0.68rem}
.tensors .members{margin-left:0}
.tensors .members :is(th,td){padding-right:8px}
.side td,.side th{padding-right:8px}
.scroll>.layers .bars{display:none}
.layers thead th{white-space:normal;vertical-align:bottom}
.stack.run>tbody>tr>td[data-at]::before{content:attr(data-at)}
${STACKED_WORDS}
}
@media print{
.side,figure,.steps>li,.heat{break-inside:avoid}
.vector,.heat td,.fields,.f0,.f1,.f2,.f3{-webkit-print-color-adjust:exact;print-color-adjust:exact}
pre{max-height:none;white-space:pre-wrap}
.vector,.scroll .vector{flex-wrap:wrap}
#head-table td{white-space:normal}
#head-maps{display:none}
}
`;
