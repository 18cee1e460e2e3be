/**
 * The page in the browser: the user drops or chooses a file, or types an address, and the page about the model replaces this one. The work
 * is done in a worker that runs this same script, so that the page stays responsive.
 */

import { showStart } from './start.js';
import { useScript } from './thread.js';
import { serve } from './worker.js';

if (typeof document === 'undefined') serve();
else {
  useScript(document.currentScript.textContent);
  showStart();
}
