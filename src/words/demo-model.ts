/** The small model that is included: the word that is typed for it, and the name of its file. */

export const DEMO = 'demo';

export const DEMO_FILE = 'tiny-stories-Q4_K_M.gguf';
