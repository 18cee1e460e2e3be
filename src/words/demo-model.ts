/** The word that is typed for the small model that is included. */
export const DEMO = 'demo';
