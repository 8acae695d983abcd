/**
 * Splits a text into marked and plain pieces for the ranges that a search found. The pieces joined are the text again,
 * so that they can be drawn as text nodes: nothing here makes markup.
 */

/** A piece of a text; `at` is where it begins, in UTF-16 units. */
export type Piece = { at: number; text: string; marked: boolean };

/** One more mark, joiner or variation selector that belongs to the letter before it. */
const BELONGS_TO_PREVIOUS = /^(?:\p{M}|\u200d)/u;

/** Whether a text may be cut before the unit at `index`: not inside a surrogate pair, not between a letter and its marks. */
function mayCut(text: string, index: number): boolean {
	if (index <= 0 || index >= text.length) return true;
	const unit = text.charCodeAt(index);
	const before = text.charCodeAt(index - 1);
	const insidePair = unit >= 0xdc00 && unit <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
	return !insidePair && !BELONGS_TO_PREVIOUS.test(text.slice(index, index + 2));
}

/** The ranges, widened to whole letters, in order, joined where they touch or overlap. */
function tidied(text: string, ranges: readonly (readonly [number, number])[]): [number, number][] {
	const whole: [number, number][] = [];
	for (const [from, to] of ranges) {
		let start = Math.max(0, Math.min(from, text.length));
		let end = Math.max(0, Math.min(to, text.length));
		if (!(start < end)) continue;
		while (!mayCut(text, start)) start -= 1;
		while (!mayCut(text, end)) end += 1;
		whole.push([start, end]);
	}
	whole.sort((a, b) => a[0] - b[0]);
	const joined: [number, number][] = [];
	for (const range of whole) {
		const last = joined.at(-1);
		if (last !== undefined && range[0] <= last[1]) last[1] = Math.max(last[1], range[1]);
		else joined.push(range);
	}
	return joined;
}

/** The pieces of `text`, marked inside the ranges [start, end), which are in UTF-16 units and may come in any order. */
export function pieces(text: string, ranges: readonly (readonly [number, number])[]): Piece[] {
	const found: Piece[] = [];
	let at = 0;
	const push = (end: number, marked: boolean): void => {
		if (end > at) found.push({ at, text: text.slice(at, end), marked });
		at = end;
	};
	for (const [start, end] of tidied(text, ranges)) {
		push(start, false);
		push(end, true);
	}
	push(text.length, false);
	return found;
}

/** Longest text that a grid cell draws, in UTF-16 units. Nobody can read more in a cell; the detail shows the whole. */
const CELL_LIMIT = 400;

/** The beginning of a text that may be absurdly long, cut between two letters and ended by an ellipsis. */
export function shortened(text: string, limit: number = CELL_LIMIT): string {
	if (text.length <= limit) return text;
	let end = limit;
	// A pile of marks without end must not undo the limit.
	while (end > limit - 32 && !mayCut(text, end)) end -= 1;
	return `${text.slice(0, end)}…`;
}
