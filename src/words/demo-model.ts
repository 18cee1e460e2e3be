/** The word that the user types for the included small model. */
export const DEMO = 'demo';
