/** The page in the browser: a file is dropped or chosen, or an address is written, and the page on the model takes the place of this one. */

import { SCRIPT } from '../render/html/script.js';
import { explainAddress, explainBlob } from './explain-in-browser.js';

const find = (id) => document.getElementById(id);
const status = find('status');

/** One file at a time: an earlier one that is still being read is forgotten. */
let current = 0;

async function show(read) {
  const own = ++current;
  find('problem').hidden = true;
  status.textContent = 'Reading the header…';
  const onProgress = (bytes) => {
    if (own === current) status.textContent = `Reading the header: ${(bytes / 2 ** 20).toFixed(1)} MiB`;
  };
  try {
    const body = await read(onProgress);
    if (own === current) draw(body);
  } catch (error) {
    if (own === current) tell(error);
  }
}

function tell(error) {
  status.textContent = '';
  const { message, hint } = error instanceof Error ? error : { message: String(error) };
  find('problem').replaceChildren(...[message, hint].filter(Boolean).map(paragraph));
  find('problem').hidden = false;
}

function paragraph(text) {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}

/** The body is markup of this program's own, in which all that the file brings is escaped. */
function draw({ name, css, pieces }) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(css);
  document.adoptedStyleSheets = [sheet];
  document.title = `${name} – what is in the file`;
  document.body.innerHTML = [...pieces].join('');
  const again = document.createElement('button');
  again.type = 'button';
  again.id = 'again';
  again.textContent = 'Open another file';
  again.addEventListener('click', () => location.reload());
  find('theme').before(again);
  const script = document.createElement('script');
  script.textContent = SCRIPT;
  document.body.append(script);
  scrollTo(0, 0);
  find('main').focus();
}

find('start').hidden = false;
find('file').addEventListener('change', ({ target }) => {
  const [file] = target.files;
  if (file) show((onProgress) => explainBlob(file, file.name, onProgress));
});
find('address-form').addEventListener('submit', (event) => {
  event.preventDefault();
  const address = find('address').value;
  show((onProgress) => explainAddress(address, onProgress));
});
for (const kind of ['dragenter', 'dragover']) {
  addEventListener(kind, (event) => {
    event.preventDefault();
    document.body.classList.add('over');
  });
}
addEventListener('dragleave', ({ relatedTarget }) => {
  if (relatedTarget === null) document.body.classList.remove('over');
});
addEventListener('drop', (event) => {
  event.preventDefault();
  document.body.classList.remove('over');
  const [file] = event.dataTransfer.files;
  if (file) show((onProgress) => explainBlob(file, file.name, onProgress));
});
