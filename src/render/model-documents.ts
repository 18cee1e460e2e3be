/**
 * Documents about a model that are written once, for others to keep. The build makes a piece for them, because only they need the code that
 * they share.
 */

export { cyclonedx } from './cyclonedx.js';
export { modelCard } from './model-card.js';
