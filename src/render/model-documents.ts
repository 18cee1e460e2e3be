/** The documents on a model that are written once, for others to keep. The build has a piece for them: what they share is read for nothing else. */

export { cyclonedx } from './cyclonedx.js';
export { modelCard } from './model-card.js';
