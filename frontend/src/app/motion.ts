/** Whether somebody asked their system for less motion (WCAG 2.3.3). */
export const lessMotion = (): boolean => window.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? false;

/** How long the canvas moves, in milliseconds: not at all for whom motion is a trouble. */
export const lasting = (milliseconds: number): number => (lessMotion() ? 0 : milliseconds);
