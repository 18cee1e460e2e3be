/** Functions that examine a page inside the browser: the tests send this text there, and then call the functions that it defines. */

globalThis.audit = { lowContrasts, nameless };

/** Text whose contrast with its background is below 4.5 to 1 (WCAG 2, AA). Text in pictures has its own tests. */
function lowContrasts() {
  const numbers = (color) => (color.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (color) => {
    const [red = 0, green = 0, blue = 0] = numbers(color)
      .slice(0, 3)
      .map((value) => value / 255)
      .map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const behind = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return (numbers(backgroundColor)[3] ?? 1) === 0 ? behind(element.parentElement) : backgroundColor;
  };
  for (const details of document.querySelectorAll('details')) details.open = true;
  return [...document.body.querySelectorAll('*:not(svg *):not(script)')].flatMap((element) => {
    const text = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim());
    if (!text || element.closest('.unseen') !== null) return [];
    const [dark = 0, light = 0] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort(
      (a, b) => a - b,
    );
    const contrast = (light + 0.05) / (dark + 0.05);
    return contrast >= 4.5 ? [] : [`${contrast.toFixed(2)}: ${element.tagName} ${element.textContent?.slice(0, 40)}`];
  });
}

/** What a screen reader could not name: pictures, regions, fields and tables without a name, headers of no direction. */
function nameless() {
  const words = (ids) => ids.split(' ').map((id) => document.getElementById(id)?.textContent?.trim() ?? '');
  const named = (element) =>
    Boolean(element.getAttribute('aria-label')?.trim()) ||
    Boolean(words(element.getAttribute('aria-labelledby') ?? '').join('')) ||
    ('labels' in element && (element.labels?.length ?? 0) > 0);
  const wrong = (selector, fine) =>
    [...document.querySelectorAll(selector)]
      .filter((element) => !fine(element))
      .map((element) => element.outerHTML.slice(0, 120));
  return [
    ...wrong('[role=img],[role=group],section,nav,input,select', named),
    ...wrong('svg', (svg) => svg.parentElement?.closest('svg') != null || svg.matches('[role=img],[aria-hidden=true]')),
    ...wrong(
      'th',
      (head) => ['col', 'row'].includes(head.getAttribute('scope') ?? '') && Boolean(head.textContent?.trim()),
    ),
    ...wrong('table', (table) => table.querySelector('caption') !== null || table.closest('details') !== null),
    ...wrong('button', (button) => Boolean(button.textContent?.trim())),
  ];
}
