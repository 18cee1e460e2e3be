/** The worker of the page in the browser: it carries out one order and reports its progress to the page in messages. */

import { explainInBrowser } from './explain-in-browser.js';

/** Milliseconds between two progress messages. */
const PAUSE = 100;

export function serve() {
  addEventListener('message', async ({ data: order }) => {
    let told = 0;
    const sometimes = (message) => {
      if (Date.now() - told < PAUSE) return;
      told = Date.now();
      postMessage(message);
    };
    try {
      await explainInBrowser(order, {
        onRead: (bytes) => sometimes({ kind: 'read', bytes }),
        onHeader: (page) => postMessage({ kind: 'header', page }),
        onComputed: (share) => sometimes({ kind: 'computed', share }),
        onStory: (page, told) => postMessage({ kind: 'story', page, told }),
      });
      postMessage({ kind: 'done' });
    } catch (error) {
      const { message, hint } = error instanceof Error ? error : { message: String(error) };
      postMessage({ kind: 'problem', message, hint });
    }
  });
}
