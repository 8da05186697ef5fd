/**
 * What is too small to be read from far is magnified, by steps: a step changes the style of every card once, where undoing the zoom
 * exactly would change it with every frame of zooming. `zoom.css` says how much.
 */

const FROM = [0.8, 0.6, 0.45, 0.33, 0.24, 0.17] as const;

/** From this step on the rows of a split are too low for a number (zoom.css leaves it out). */
export const BRANCHES_HIDDEN = 4;

/** 0 from near; the last step is so far that numbers are left out. */
export function zoomStep(zoom: number): number {
  return FROM.filter((from) => zoom < from).length;
}
