/**
 * The page in the browser: a file is dropped or chosen, or an address is written, and the page on the model takes the place of this one. The
 * work is done in a thread that runs this same script, so that the page stays alive.
 */

import { showStart } from './start.js';
import { useScript } from './thread.js';
import { serve } from './worker.js';

if (typeof document === 'undefined') serve();
else {
  useScript(document.currentScript.textContent);
  showStart();
}
