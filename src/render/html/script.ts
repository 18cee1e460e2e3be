/**
 * The script of the page, the same for every model: a switch for light and dark, search and sorting of the table of tensors. Nothing of
 * the model is in it. Without it the switch and the search are not shown, and the page is whole all the same.
 */

export const SCRIPT = `'use strict';
(() => {
  const find = (id) => document.getElementById(id);
  const root = document.documentElement;

  const theme = find('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()));
  theme.hidden = false;
  theme.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    showTheme();
  });
  system.addEventListener('change', showTheme);
  showTheme();

  const table = find('tensors');
  if (!table) return;
  const bodies = Array.from(table.tBodies);
  const query = find('query');
  const form = find('search');
  const layered = (text) => text.replace(/\\.(\\d+|\\{[^}]*\\})(?=\\.|$)/g, '.#');
  let texts;
  const search = () => {
    if (!texts) {
      texts = bodies.map((body) => {
        const text = body.textContent.toLowerCase();
        return text + ' ' + layered(body.rows[0].cells[0].textContent.toLowerCase().split(' ')[0]);
      });
    }
    const words = query.value.toLowerCase().split(/\\s+/).filter(Boolean);
    let shown = 0;
    bodies.forEach((body, i) => {
      const fits = words.every((word) => texts[i].includes(word) || texts[i].includes(layered(word)));
      body.hidden = !fits;
      if (fits) shown++;
    });
    find('matches').textContent = words.length ? shown + ' of ' + bodies.length + ' rows' : bodies.length + ' rows';
  };
  form.hidden = false;
  form.addEventListener('submit', (event) => event.preventDefault());
  query.addEventListener('input', search);

  for (const head of table.tHead.querySelectorAll('th[data-sort]')) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const key = head.dataset.sort;
      const first = key === 'at' ? 'ascending' : 'descending';
      const order = head.getAttribute('aria-sort') === first ? (key === 'at' ? 'descending' : 'ascending') : first;
      for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const sorted = bodies.slice().sort((a, b) => sign * (a.dataset[key] - b.dataset[key]) || a.dataset.at - b.dataset.at);
      table.append(...sorted);
    });
  }
})();
`;
