/** What cannot be done as the command line asks for it. */

export { UsageError } from '../explained-error.js';
