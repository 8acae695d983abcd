/**
 * Which rows are selected: ranges of positions in the result, so that a million of them are one range and never a list.
 * Pure values; nothing here knows customers.
 */
import type { RowSpan } from '$lib/backend/bindings';

/** `everything` is all that matches, however many come to match later. */
export type Selection = {
	everything: boolean;
	/** Ascending, apart, and empty when it is everything. */
	spans: readonly RowSpan[];
};

export const NOTHING: Selection = { everything: false, spans: [] };
export const EVERYTHING: Selection = { everything: true, spans: [] };

export const isEmpty = (selection: Selection): boolean => !selection.everything && selection.spans.length === 0;

/** How many of `total` rows are selected. */
export function sizeOf(selection: Selection, total: number): number {
	if (selection.everything) return total;
	return selection.spans.reduce((sum, { first, last }) => sum + Math.max(0, Math.min(last, total - 1) - first + 1), 0);
}

/** The span that a row is in. */
function spanAt(spans: readonly RowSpan[], row: number): RowSpan | undefined {
	let [low, high] = [0, spans.length - 1];
	while (low <= high) {
		const middle = (low + high) >> 1;
		const span = spans[middle] as RowSpan;
		if (row < span.first) high = middle - 1;
		else if (row > span.last) low = middle + 1;
		else return span;
	}
	return undefined;
}

export const holds = (selection: Selection, row: number): boolean => selection.everything || spanAt(selection.spans, row) !== undefined;

/** The rows from one to another, in whichever order they are named. */
export const span = (one: number, other: number): RowSpan => ({ first: Math.min(one, other), last: Math.max(one, other) });

/** With further rows. */
export function withSpan(selection: Selection, added: RowSpan): Selection {
	if (selection.everything) return selection;
	let { first, last } = added;
	const apart: RowSpan[] = [];
	for (const one of selection.spans) {
		// Neighbours become one span as well, or a selection row by row would grow a list.
		if (one.last < added.first - 1 || one.first > added.last + 1) apart.push(one);
		else [first, last] = [Math.min(first, one.first), Math.max(last, one.last)];
	}
	const at = apart.findIndex((one) => one.first > last);
	return { everything: false, spans: apart.toSpliced(at < 0 ? apart.length : at, 0, { first, last }) };
}

/** With a row selected that was not, or the other way round. `total` is how many rows there are. */
export function withToggledRow(selection: Selection, row: number, total: number): Selection {
	const spans = selection.everything && total > 0 ? [{ first: 0, last: total - 1 }] : selection.spans;
	const within = spanAt(spans, row);
	if (within === undefined) return withSpan({ everything: false, spans }, span(row, row));
	const left = spans.flatMap((one) => {
		if (one !== within) return [one];
		const pieces = [
			{ first: one.first, last: row - 1 },
			{ first: row + 1, last: one.last },
		];
		return pieces.filter(({ first, last }) => first <= last);
	});
	return { everything: false, spans: left };
}

/** The spans of a result of `total` rows. */
export function spansOf(selection: Selection, total: number): readonly RowSpan[] {
	if (selection.everything) return total > 0 ? [{ first: 0, last: total - 1 }] : [];
	return selection.spans.filter(({ first }) => first < total).map(({ first, last }) => ({ first, last: Math.min(last, total - 1) }));
}
