/** How wide the panes may be. Pure; pixels are CSS pixels. */

export type Pane = { least: number; most: number; usual: number };

export const SIDEBAR: Pane = { least: 196, most: 360, usual: 232 };
export const DETAIL: Pane = { least: 320, most: 620, usual: 380 };

/** Below this the detail slides over the grid instead of standing beside it. */
export const NARROW_WINDOW = 1100;

/** What the grid keeps whatever the others take. */
const LEAST_GRID = 400;

/** A keyboard step. */
export const STEP = 16;

/** The width that a pane gets of what was wished, in a window of this width beside another pane of that width. */
export function paneWidth(pane: Pane, wished: number, window: number, beside: number): number {
	const room = window - beside - LEAST_GRID;
	const most = Math.max(pane.least, Math.min(pane.most, room));
	return Math.round(Math.max(pane.least, Math.min(wished, most)));
}
