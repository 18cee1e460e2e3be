/**
 * The script of the page, the same for every model: light and dark, the picker of layer and head, the memory slider, and the rows of the
 * table of tensors. Without it the page can still be read, and its controls are hidden. Its numbers come from the report, which is in the
 * page as JSON.
 */
(() => {
  const find = (id) => document.getElementById(id);
  const root = document.documentElement;
  const report = () => JSON.parse(find('report').textContent);
  const integer = (value) => String(value).replace(/\B(?=(\d{3})+$)/g, ',');

  // Light and dark. If nothing can be stored, as in some private windows, the choice lasts until the page is closed.

  const KEY = 'gguf-explain-theme';
  const kept = (value) => {
    try {
      if (value) localStorage.setItem(KEY, value);
      return localStorage.getItem(KEY);
    } catch {
      return null;
    }
  };
  const theme = find('theme');
  const system = matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : system.matches);
  const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()));
  const before = kept();
  if (before === 'dark' || before === 'light') root.dataset.theme = before;
  theme.hidden = false;
  theme.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark';
    kept(root.dataset.theme);
    showTheme();
  });
  system.addEventListener('change', showTheme);
  showTheme();

  if (find('heat')) pickHeads();
  if (find('memory-slider')) slideMemory();
  if (find('tensors')) listTensors();

  // One layer opened: shows another layer or head in the same table.

  function pickHeads() {
    const { attention, heads } = report().story.computed;
    const layers = attention.attention;
    if (layers.length === 0) return;
    const table = find('heat');
    const [pickLayer, pickHead, words] = [find('pick-layer'), find('pick-head'), find('heat-words')];
    const [fromRow, fromColumn] = [Number(table.dataset.row), Number(table.dataset.column)];
    const numbers = find('head-numbers');
    const written = table.classList.contains('written');
    const shape = (layer) => `${layer.heads[0].length}/${layer.pass}`;
    const opened = layers.findIndex(
      ({ layer, pass }) => String(layer) === numbers.dataset.layer && (pass || '') === numbers.dataset.pass,
    );
    const name = ({ layer, pass }) => (pass ? `${pass} ` : '') + layer;
    layers.forEach((layer, i) => {
      // Only layers of the same stack and size fit into this table.
      if (opened === -1 || shape(layer) === shape(layers[opened])) pickLayer.add(new Option(name(layer), String(i)));
    });
    const fillHeads = () => {
      const at = pickHead.value || '0';
      pickHead.replaceChildren(...layers[pickLayer.value].heads.map((_, head) => new Option(String(head))));
      pickHead.value = Number(at) < pickHead.length ? at : '0';
    };
    const show = () => {
      const layer = layers[pickLayer.value];
      const head = Number(pickHead.value);
      find('heat-layer-name').textContent = name(layer);
      find('heat-head-name').textContent = String(head);
      Array.from(table.tBodies[0].rows).forEach((row, i) => {
        const own = layer.heads[head][fromRow + i] || [];
        Array.from(row.cells).forEach((cell, j) => {
          if (j > 0) showWeight(cell, own[fromColumn + j - 1]);
        });
      });
      const here =
        Number(pickLayer.value) === opened && (heads.length > 0 || head === Number(find('numbers-head').textContent));
      numbers.hidden = !here;
      find('numbers-elsewhere').hidden = here;
      if (here && heads.length > 0) showNumbers(heads[head], layer.heads[head]);
      drawHeads(layer, head);
    };
    /** A small map of every head of the layer; a click on it chooses the head. */
    const drawHeads = (layer, chosen) => {
      const maps = find('head-maps');
      const color = getComputedStyle(root).getPropertyValue('--computed');
      if (maps.children.length !== layer.heads.length) {
        maps.replaceChildren(...layer.heads.map((_, head) => headButton(head)));
      }
      layer.heads.forEach((weights, head) => {
        const button = maps.children[head];
        button.setAttribute('aria-pressed', String(head === chosen));
        const canvas = button.firstChild;
        const [rows, columns] = [weights.length, Math.max(...weights.map((row) => row.length))];
        [canvas.width, canvas.height] = [columns * 8, rows * 8];
        const context = canvas.getContext('2d');
        context.fillStyle = color;
        for (const [i, row] of weights.entries()) {
          for (const [j, weight] of row.entries()) {
            context.globalAlpha = Math.min(1, Math.max(0, weight || 0));
            context.fillRect(j * 8, i * 8, 8, 8);
          }
        }
      });
    };
    const headButton = (head) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.append(document.createElement('canvas'), String(head));
      button.setAttribute('aria-label', `Head ${head}`);
      button.addEventListener('click', () => {
        pickHead.value = String(head);
        show();
      });
      return button;
    };
    const showWeight = (cell, weight) => {
      if (weight === undefined) return;
      const text = weight === null ? 'NaN' : weight.toFixed(2);
      cell.className = `h${Math.round(Math.min(1, Math.max(0, weight || 0)) * 10)}`;
      (written ? cell : cell.firstChild).textContent = text;
    };
    const fill = (element, values) => {
      const spans = element.querySelectorAll('.vector > span:not(.rest)');
      spans.forEach((span, i) => {
        span.textContent = short(values[i]);
      });
    };
    const showNumbers = (own, weights) => {
      const last = own.query.length - 1;
      find('numbers-head').textContent = String(own.head);
      fill(find('head-query'), own.query[last]);
      fill(find('head-output'), own.output[last]);
      const from = Number(find('head-table').dataset.from);
      Array.from(find('head-table').tBodies[0].rows).forEach((row, i) => {
        const at = from + i;
        fill(row.cells[1], own.key[at] || []);
        row.cells[2].textContent = short(own.scores[last][at]);
        row.cells[3].textContent = short(weights[last][at]);
        fill(row.cells[4], own.value[at] || []);
      });
    };
    pickLayer.value = String(Math.max(0, opened));
    fillHeads();
    pickHead.value = find('heat-head-name').textContent;
    pickLayer.addEventListener('change', () => {
      fillHeads();
      show();
    });
    pickHead.addEventListener('change', show);
    find('picker').hidden = false;
    find('head-maps').hidden = false;
    show();
    theme.addEventListener('click', show);
    find('picker').addEventListener('submit', (event) => event.preventDefault());
    tellCells(table, words);
  }

  /** Describes the cell under the pointer or with the focus; arrow keys move from cell to cell. */
  function tellCells(table, words) {
    const cellOf = (event) => event.target.closest('td:not(.none)');
    const tell = (event) => {
      const cell = cellOf(event);
      if (!cell) return;
      const [to] = [table.tHead.rows[0].cells[cell.cellIndex].textContent];
      const from = cell.parentNode.cells[0].textContent;
      words.textContent = `“${from}” attends to “${to}” with ${cell.textContent}`;
    };
    const cells = Array.from(table.tBodies[0].querySelectorAll('td:not(.none)'));
    for (const cell of cells) cell.tabIndex = -1;
    if (cells.length > 0) cells[0].tabIndex = 0;
    table.addEventListener('pointerover', tell);
    table.addEventListener('focusin', tell);
    const STEPS = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    table.addEventListener('keydown', (event) => {
      const step = STEPS[event.key];
      const cell = cellOf(event);
      if (!step || !cell) return;
      const row = table.tBodies[0].rows[cell.parentNode.sectionRowIndex + step[0]];
      const next = row?.cells[cell.cellIndex + step[1]];
      if (next?.tagName !== 'TD' || next.classList.contains('none')) return;
      event.preventDefault();
      cell.tabIndex = -1;
      next.tabIndex = 0;
      next.focus();
    });
  }

  /** Three significant digits. */
  function short(value) {
    if (value === null || value === undefined) return 'NaN';
    const size = Math.abs(value);
    const far = size >= 1e6 || (size > 0 && size < 1e-4);
    const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
    return (far ? value.toExponential(1) : value.toFixed(digits)).replace('-', '−');
  }

  // Memory: the stops of the slider are the contexts that were computed.

  function slideMemory() {
    const { curve, contexts } = report().memory;
    const stops = [...new Map([...curve, ...contexts].map((point) => [point.contextLength, point])).values()];
    stops.sort((a, b) => a.contextLength - b.contextLength);
    const input = find('context');
    const scale = Number(find('memory-slider').dataset.scale);
    const marks = Array.from(find('memory-slider').querySelectorAll('[data-card]'));
    const show = () => {
      const { contextLength, cacheBytes, computeBytes, totalBytes } = stops[input.value];
      const share = (bytes) => `${((bytes / scale) * 100).toFixed(2)}%`;
      const weights = totalBytes - cacheBytes - (computeBytes || 0);
      const tokens = `${integer(contextLength)} tokens`;
      const total = document.createElement('b');
      total.textContent = bytesWords(totalBytes);
      find('context-words').replaceChildren(`${tokens}: `, total);
      input.setAttribute('aria-valuetext', `${tokens}, ${total.textContent}`);
      find('bar-weights').setAttribute('width', share(weights));
      find('bar-cache').setAttribute('x', share(weights));
      find('bar-cache').setAttribute('width', share(totalBytes - weights));
      const fits = (mark) => totalBytes <= mark.dataset.card * 2 ** 30;
      for (const mark of marks) mark.setAttribute('class', fits(mark) ? 'fits' : 'small');
      const first = marks.find(fits);
      if (marks.length === 0) return;
      find('card-words').textContent = first
        ? `It fits into a card of ${first.dataset.card} GiB, if nothing else is on it.`
        : 'It is larger than all of these cards.';
    };
    input.hidden = false;
    find('context-label').hidden = false;
    input.addEventListener('input', show);
    show();
  }

  function bytesWords(bytes) {
    const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
    let unit = 0;
    let rest = bytes;
    while (rest >= (unit === 0 ? 1024 : 999.5) && unit < units.length - 1) {
      rest /= 1024;
      unit++;
    }
    const digits = unit === 0 ? String(rest) : rest.toFixed(rest >= 99.95 ? 0 : rest >= 9.995 ? 1 : 2);
    return `${digits} ${units[unit]}`;
  }

  // Tensors: each row is a line of markup. The table shows the first rows that match the search, and more on request.

  function listTensors() {
    const STEP = 200;
    const table = find('tensors');
    const lines = Array.from(table.tBodies, (body) => body.outerHTML);
    const rest = find('rest');
    if (rest) lines.push(...rest.textContent.trim().split('\n'));
    const number = (line, key) => Number(new RegExp(`^<tbody[^>]* data-${key}="([^"]*)"`).exec(line)[1]);
    const layered = (text) => text.replace(/\.(\d+|\{[^}]*\})(?=\.|$)/g, '.#');
    const SIGNS = { amp: '&', lt: '<', gt: '>', quot: '"' };
    const textOf = (line) =>
      line
        .replace(/<[^>]*>/g, ' ')
        .replace(/&(?:#(\d+)|(\w+));/g, (all, code, name) => (code ? String.fromCodePoint(code) : SIGNS[name] || all))
        .toLowerCase();
    let texts;
    let chosen = lines;
    let order = (list) => list;
    let shown = Math.min(STEP, table.tBodies.length);
    const query = find('query');
    const more = find('more-rows');
    const draw = () => {
      for (const body of Array.from(table.tBodies)) body.remove();
      table.insertAdjacentHTML('beforeend', chosen.slice(0, shown).join(''));
      count();
    };
    const count = () => {
      more.hidden = chosen.length <= shown;
      more.textContent = `Show ${Math.min(STEP, chosen.length - shown)} more rows`;
      const all = `${integer(lines.length)} rows`;
      find('matches').textContent = chosen.length === lines.length ? all : `${integer(chosen.length)} of ${all}`;
    };
    const search = () => {
      texts ||= lines.map((line) => {
        const text = textOf(line);
        return `${text} ${layered(text.trim().split(/\s/)[0])}`;
      });
      const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
      const fits = (text) => words.every((word) => text.includes(word) || text.includes(layered(word)));
      chosen = order(lines.filter((_, i) => fits(texts[i])));
      shown = STEP;
      draw();
    };
    more.addEventListener('click', () => {
      table.insertAdjacentHTML('beforeend', chosen.slice(shown, shown + STEP).join(''));
      shown += STEP;
      count();
    });
    find('search').hidden = false;
    find('search').addEventListener('submit', (event) => event.preventDefault());
    query.addEventListener('input', search);
    for (const head of table.tHead.querySelectorAll('th[data-sort]')) {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const key = head.dataset.sort;
        const first = key === 'at' ? 'ascending' : 'descending';
        const opposite = key === 'at' ? 'descending' : 'ascending';
        const wanted = head.getAttribute('aria-sort') === first ? opposite : first;
        for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
        head.setAttribute('aria-sort', wanted);
        const sign = wanted === 'ascending' ? 1 : -1;
        order = (list) =>
          list
            .map((line) => [number(line, key), number(line, 'at'), line])
            .sort((a, b) => sign * (a[0] - b[0]) || a[1] - b[1])
            .map(([, , line]) => line);
        search();
      });
    }
    count();
  }
})();
