/**
 * Splits a text into marked and plain pieces for the ranges that a search found. The pieces joined are the text again,
 * so that they can be drawn as text nodes: nothing here makes markup.
 */

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

/**
 * The pieces of `text` in turn, plain and marked, beginning and ending with a plain one, which may be empty. What is marked
 * is inside the ranges [start, end), which are in UTF-16 units and may come in any order.
 */
export function alternating(text: string, ranges: readonly (readonly [number, number])[]): string[] {
	const texts: string[] = [];
	let at = 0;
	for (const [start, end] of tidied(text, ranges)) {
		texts.push(text.slice(at, start), text.slice(start, end));
		at = end;
	}
	texts.push(text.slice(at));
	return texts;
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
