/**
 * Which rows are on screen, for any number of rows.
 *
 * A browser gives no element more than some height (WebKitGTK: 33,554,428 px), which a million rows exceed. So the
 * scrolled element is never taller than {@link LONGEST_SPACER}, and beyond that the scroll position (`top`) and the
 * place in the list of rows (`offset`, in pixels of the true height) are two things, mapped onto each other here.
 *
 * The mapping has slope 1 near both ends, so that the first and the last rows are exact, and is steeper in between. Short
 * movements (wheel, arrow keys, a click beside the thumb) move the offset by as many pixels as the scroll position, so
 * that slow scrolling stays smooth; the difference to the mapping that piles up that way is taken back by
 * {@link settled} while nobody scrolls, or at once when the scroll position comes near an end that the offset is
 * far from.
 *
 * Pure arithmetic: no element is read or written here.
 */

/** Height of the scrolled element at most, in CSS pixels. Whole pixels up to 2^24 survive in the float32 of transforms. */
export const LONGEST_SPACER = 10_000_000;

/** Length of the two stretches of slope 1 at the ends of a mapping that is not 1:1 throughout, in pixels. */
const EXACT_ENDS = 100_000;

/**
 * A movement up to this many pixels between two scroll events is short. Dragging the thumb by one pixel moves a spacer
 * of full length by more than this on every screen up to 2,500 px tall, so that a drag is never mistaken for a wheel.
 */
const SHORT_MOVE = 4_000;

/** Nearer to an end than this, a difference to the mapping is taken back at once: no short move reaches the end first. */
const NEAR_END = 2 * SHORT_MOVE;

/** Rows drawn beyond either edge of the screen, so that scrolling does not outrun the drawing. */
export const SPARE_ROWS = 4;

/** The measures of a list on screen, all in CSS pixels but `rows`. */
export type Extent = { rows: number; rowHeight: number; viewport: number };

/** Where a list is scrolled to: `top` as the element has it, `offset` in pixels of the true height. */
export type Position = { top: number; offset: number };

/** Rows `first` to `last`, both included; `last` is `first - 1` when there are none. */
export type RowRange = { first: number; last: number };

export const START: Position = { top: 0, offset: 0 };

/** The height that the rows would have without any limit. */
const trueHeight = ({ rows, rowHeight }: Extent): number => rows * rowHeight;

/** The height of the scrolled element. */
export const spacerHeight = (extent: Extent): number => Math.min(trueHeight(extent), LONGEST_SPACER);

/** The greatest scroll position. */
export const lastTop = (extent: Extent): number => Math.max(0, spacerHeight(extent) - extent.viewport);

/** The greatest offset: the last row stands at the lower edge. */
export const lastOffset = (extent: Extent): number => Math.max(0, trueHeight(extent) - extent.viewport);

const clamp = (value: number, low: number, high: number): number => Math.min(Math.max(value, low), high);

const exactEnd = (extent: Extent): number => Math.min(EXACT_ENDS, lastTop(extent) / 4);

/** How many pixels of the list one pixel of scroll position stands for in the middle. */
function steepness(extent: Extent): number {
	const ends = 2 * exactEnd(extent);
	return (lastOffset(extent) - ends) / (lastTop(extent) - ends);
}

const mapped = (extent: Extent): boolean => lastOffset(extent) > lastTop(extent);

/** The offset that a scroll position stands for, in whole pixels. Never falls as `top` rises; exact at both ends. */
export function offsetAt(extent: Extent, top: number): number {
	const end = lastTop(extent);
	const at = clamp(top, 0, end);
	if (!mapped(extent)) return Math.round(at);
	const ramp = exactEnd(extent);
	if (at <= ramp) return Math.round(at);
	if (at >= end - ramp) return Math.round(lastOffset(extent) - (end - at));
	return Math.round(ramp + (at - ramp) * steepness(extent));
}

/** The scroll position that stands for an offset, in whole pixels: the reverse of {@link offsetAt}. */
export function topAt(extent: Extent, offset: number): number {
	const end = lastOffset(extent);
	const at = clamp(offset, 0, end);
	if (!mapped(extent)) return Math.round(at);
	const ramp = exactEnd(extent);
	if (at <= ramp) return Math.round(at);
	if (at >= end - ramp) return Math.round(lastTop(extent) - (end - at));
	return Math.round(ramp + (at - ramp) / steepness(extent));
}

/** The position that shows an offset. */
export function positionAt(extent: Extent, offset: number): Position {
	const at = Math.round(clamp(offset, 0, lastOffset(extent)));
	return { top: topAt(extent, at), offset: at };
}

/** The position after the element was scrolled to `top` by its user. */
export function followed(extent: Extent, from: Position, top: number): Position {
	const at = clamp(top, 0, lastTop(extent));
	const move = at - from.top;
	const short = mapped(extent) && Math.abs(move) <= SHORT_MOVE;
	const offset = short ? clamp(from.offset + move, 0, lastOffset(extent)) : offsetAt(extent, at);
	return { top: at, offset };
}

/** The same offset at the scroll position that the mapping gives it. */
export const settled = (extent: Extent, position: Position): Position => positionAt(extent, position.offset);

/** Whether a position may not stay as it is for another movement: see {@link NEAR_END}. */
export function mustSettle(extent: Extent, position: Position): boolean {
	if (!mapped(extent)) return false;
	const nearEnd = position.top < NEAR_END || position.top > lastTop(extent) - NEAR_END;
	return nearEnd && Math.abs(topAt(extent, position.offset) - position.top) >= 1;
}

/** The nearest position that shows the whole of `row`. */
export function revealed(extent: Extent, position: Position, row: number): Position {
	const above = row * extent.rowHeight;
	const below = above + extent.rowHeight - extent.viewport;
	if (above < position.offset || extent.viewport < extent.rowHeight) return positionAt(extent, above);
	if (below > position.offset) return positionAt(extent, below);
	return position;
}

/** The rows that are at least partly on screen. */
export function shownRows(extent: Extent, position: Position): RowRange {
	if (extent.rows === 0 || extent.viewport <= 0) return { first: 0, last: -1 };
	const first = clamp(Math.floor(position.offset / extent.rowHeight), 0, extent.rows - 1);
	const last = Math.ceil((position.offset + extent.viewport) / extent.rowHeight) - 1;
	return { first, last: clamp(last, first, extent.rows - 1) };
}

/** How many whole rows fit on screen; at least one. */
export const rowsPerPage = (extent: Extent): number => Math.max(1, Math.floor(extent.viewport / extent.rowHeight));

/**
 * The rows to draw: those on screen and `spare` more at either side. Their number depends on the size of the screen
 * alone, so that an element drawn once can always be reused for the row that comes in at the other side.
 */
export function drawnRows(extent: Extent, position: Position, spare: number): RowRange {
	if (extent.rows === 0 || extent.viewport <= 0) return { first: 0, last: -1 };
	const count = Math.min(extent.rows, slotCount(extent, spare));
	const first = clamp(shownRows(extent, position).first - spare, 0, extent.rows - count);
	return { first, last: first + count - 1 };
}

/** How many elements draw the rows of an extent, whatever it is scrolled to. */
export const slotCount = (extent: Extent, spare: number): number => Math.ceil(extent.viewport / extent.rowHeight) + 1 + 2 * spare;

/** Where a drawn row stands inside the spacer, in pixels from its upper edge. */
export const rowTop = (extent: Extent, position: Position, row: number): number => row * extent.rowHeight - position.offset + position.top;
