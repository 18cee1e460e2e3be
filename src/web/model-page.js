/** The page about a model in the browser: what `explain --format html` writes, with a form above it to compute another prompt. */

import { SCRIPT } from '../render/html/script.js';
import { order, stop } from './thread.js';

const find = (id) => document.getElementById(id);

const FORM = `<div class="head"><h2 id="ask-heading">Your own prompt</h2></div>
<form id="ask-form"><span class="picker"><label for="prompt">Prompt</label> <input type="search" id="prompt" autocomplete="off" value="Hello world"/> <button type="submit">Compute</button> <button type="button" id="stop" hidden="">Stop</button></span></form>
<p role="status" id="computing"></p>`;

/** The page for a source. `draw` draws it, and draws it again with another prompt. */
export function showModel(source) {
  const section = document.createElement('section');
  section.id = 'ask';
  section.setAttribute('aria-labelledby', 'ask-heading');
  section.innerHTML = FORM;
  const part = (id) => section.querySelector(`#${id}`);
  const tell = (...parts) => part('computing').replaceChildren(...parts);
  const busy = (is) => {
    part('stop').hidden = !is;
  };

  const compute = (prompt) => {
    busy(true);
    tell('Reading the header…');
    order({ source, prompt }, { computed, story: ({ page, told }) => draw(page, told), problem });
  };
  const computed = ({ share }) => tell(`Computing the prompt: ${Math.floor(share * 100)} %`);
  const problem = ({ message, hint }) => {
    busy(false);
    tell(hint ? `No prompt was computed: ${message} (${hint}).` : `No prompt was computed: ${message}.`);
  };
  /** `told` says what happened to the prompt; undefined while one is being computed. */
  const draw = (page, told) => {
    const back = document.body.contains(section) ? placeOfReader() : undefined;
    const focused = section.contains(document.activeElement) ? document.activeElement : undefined;
    drawPage(page);
    find('main').prepend(section);
    busy(told === undefined);
    part('ask-form').hidden = Boolean(told?.whyNot);
    if (told !== undefined) tell(...wordsOn(told));
    if (back === undefined) {
      scrollTo(0, 0);
      find('main').focus({ preventScroll: true });
    } else {
      back();
      focused?.focus({ preventScroll: true });
    }
  };
  part('ask-form').addEventListener('submit', (event) => {
    event.preventDefault();
    compute(part('prompt').value);
  });
  part('stop').addEventListener('click', () => {
    stop();
    busy(false);
    tell('The computation was stopped.');
  });
  return { draw, computed, problem };
}

function wordsOn({ prompt, notComputed, whyNot }) {
  if (whyNot !== null) return [whyNot];
  if (prompt === null) return [`No prompt was computed yet: ${notComputed}.`];
  const typed = document.createElement('bdi');
  typed.textContent = prompt;
  const link = document.createElement('a');
  link.href = '#token';
  link.textContent = 'From text to vectors';
  return ['This page shows the prompt “', typed, '”. Its numbers begin at ', link, '.'];
}

/** Returns a function that scrolls the redrawn page, which has the same sections, back to where the reader was. */
function placeOfReader() {
  const sections = [...document.querySelectorAll('main > section')];
  const seen = sections.find((section) => section.getBoundingClientRect().bottom > 0);
  if (seen === undefined || scrollY === 0) return () => undefined;
  const { top } = seen.getBoundingClientRect();
  return () => scrollBy(0, (find(seen.id)?.getBoundingClientRect().top ?? top) - top);
}

/** The markup is written by this program, with everything from the file escaped. */
function drawPage({ name, css, markup }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  document.title = `${name} – what is in the file`;
  document.body.innerHTML = markup;
  const again = document.createElement('button');
  again.type = 'button';
  again.id = 'again';
  again.textContent = 'Open another file';
  again.addEventListener('click', () => location.reload());
  find('theme').before(again);
  const script = document.createElement('script');
  script.textContent = SCRIPT;
  document.body.append(script);
}
