/** The start page in the browser: choosing a file or an address, and showing what is wrong with it. */

import { showModel } from './model-page.js';
import { order } from './thread.js';

const find = (id) => document.getElementById(id);

/**
 * Milliseconds before the page for the header is shown: most small models are computed by then, and the page does not change while it is
 * read.
 */
const PATIENCE = 1500;

/** The choice between light and dark that was made on the page of a model (render/html/page-script.js). */
function rememberedTheme() {
  try {
    return localStorage.getItem('gguf-explain-theme');
  } catch {
    return null;
  }
}

export function showStart() {
  const theme = rememberedTheme();
  if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  find('start').hidden = false;
  find('file').addEventListener('change', ({ target }) => openFiles(target.files));
  find('address-form').addEventListener('submit', (event) => {
    event.preventDefault();
    open({ address: find('address').value });
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
    openFiles(event.dataTransfer.files);
  });
}

function openFiles(chosen) {
  const files = [...chosen].map((blob) => ({ blob, name: blob.name }));
  if (files.length > 0) open({ files });
}

/** Shows the page for the header if the prompt takes longer than `PATIENCE`, and the page with the prompt once it is computed. */
function open(source) {
  const problem = find('problem');
  if (problem) problem.hidden = true;
  tell('Reading the header…');
  let shown;
  let held;
  const show = (page, told) => {
    clearTimeout(held);
    shown ??= showModel(source);
    shown.draw(page, told);
  };
  order(
    { source, prompt: null },
    {
      read: ({ bytes }) => tell(`Reading the header: ${(bytes / 2 ** 20).toFixed(1)} MiB`),
      header({ page }) {
        held = setTimeout(() => show(page), PATIENCE);
      },
      computed(said) {
        if (shown) shown.computed(said);
        else tell(`Computing a prompt: ${Math.floor(said.share * 100)} %`);
      },
      story: ({ page, told }) => show(page, told),
      problem(said) {
        clearTimeout(held);
        if (shown) shown.problem(said);
        else tellProblem(said);
      },
    },
  );
}

function tell(text) {
  const status = find('status');
  if (status) status.textContent = text;
}

function tellProblem({ message, hint }) {
  tell('');
  find('problem').replaceChildren(...[message, hint].filter(Boolean).map(paragraph));
  find('problem').hidden = false;
}

function paragraph(text) {
  const element = document.createElement('p');
  element.textContent = text;
  return element;
}
