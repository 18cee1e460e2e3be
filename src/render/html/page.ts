/**
 * The page about one model as a single HTML file: it loads nothing, nothing from the model can run, and all of it can be read without
 * JavaScript. The policy in its head allows its own style sheet and script by their digests and forbids everything else.
 */

import { createHash } from 'node:crypto';
import type { ExplainReport } from '../../report/explain-schema.js';
import { html } from './markup.js';
import { pageBody } from './page-body.js';
import { SCRIPT } from './script.js';
import { ICON, STYLE } from './style.js';

/**
 * Draws the report of `explain --json --full`, in pieces. Without `--full` the sections that need it are missing. The same report gives the
 * same bytes.
 */
export function* renderHtmlPage(report: ExplainReport): Generator<string, void, void> {
  const { name, headline, css, pieces } = pageBody(report);
  const style = `${STYLE}\n${css}\n`;
  yield `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8"/>
<meta http-equiv="Content-Security-Policy" content="${contentPolicy(style, SCRIPT)}"/>
<meta name="viewport" content="width=device-width, initial-scale=1"/>
<meta name="color-scheme" content="light dark"/>
<meta name="referrer" content="no-referrer"/>
<meta name="generator" content="gguf-explain"/>
${
  html`<title>${name} &#8211; what is in the file</title>
<meta name="description" content="${headline}"/>
<meta property="og:type" content="article"/>
<meta property="og:title" content="${name} &#8211; what is in the file"/>
<meta property="og:description" content="${headline}. What is stored in the file, and what is computed when the model runs."/>
<link rel="icon" href="${ICON}"/>`.markup
}
<style>${style}</style>
</head>
<body>
`;
  yield* pieces;
  yield `<script>${SCRIPT}</script>
</body>
</html>
`;
}

/** The Content-Security-Policy of the page: it allows its own style sheet and script, by their digests, and its icon, and nothing else. */
function contentPolicy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `style-src '${digest(style)}'`,
    `script-src '${digest(script)}'`,
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ');
}

function digest(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
