/**
 * The rows of one result that are at hand: pages of {@link PAGE} around what is on screen. The whole list is never held.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { CustomerRow } from '$lib/backend/bindings';
import { type RowRange, SPARE_ROWS } from '$lib/grid/scroll';

/**
 * Rows to a page. As many as a usual window draws, so that the answer to a typed letter is one page: each row is read from
 * the encrypted book, and crosses as text.
 */
export const PAGE = 40;

/** Rows that are fetched ahead in the direction of scrolling, once fewer than a page of them are at hand. */
const AHEAD = 3 * PAGE;

/** Pages kept at either side of those on screen. */
const KEPT_AROUND = 20;

/** Towards the beginning, nowhere in particular, towards the end. */
export type Direction = -1 | 0 | 1;

/** Most rows that are asked for along with an answer: no more than the desk remembers from one start to the next. */
const MOST_AT_ONCE = 2 * PAGE;

/** How many rows to ask for along with an answer, so that all are at hand that `shown` draws at the top: whole pages. */
export function rowsAtOnce(shown: RowRange): number {
	const drawn = shown.last - shown.first + 2 + 2 * SPARE_ROWS;
	return Math.min(MOST_AT_ONCE, PAGE * Math.max(1, Math.ceil(drawn / PAGE)));
}

export const pageOf = (index: number): number => Math.floor(index / PAGE);

export class Pages {
	readonly #pages = new SvelteMap<number, readonly CustomerRow[]>();
	readonly total: number;

	/** Pages of a result of `total` rows, `first` being its first page. */
	constructor(total: number, first: readonly CustomerRow[]) {
		this.total = total;
		if (first.length > 0) this.put(0, first);
	}

	/** The row at `index`, when it is at hand. Reactive. */
	row(index: number): CustomerRow | undefined {
		return this.#pages.get(pageOf(index))?.[index % PAGE];
	}

	/** Takes rows in that begin at row `from`, the first of a page. A short page counts as complete: nothing more came. */
	put(from: number, rows: readonly CustomerRow[]): void {
		for (let at = 0; at < rows.length || at === 0; at += PAGE) {
			this.#pages.set(pageOf(from + at), rows.slice(at, at + PAGE));
		}
	}

	/** Whether every page that `range` touches is at hand. Reactive. */
	holds(range: RowRange): boolean {
		return this.missing(range) === null;
	}

	/** The rows to ask for so that `range` is at hand: whole pages, from the first missing one to the last. */
	missing(range: RowRange): { from: number; count: number } | null {
		const last = Math.min(range.last, this.total - 1);
		if (last < range.first) return null;
		let [from, to] = [-1, -1];
		for (let page = pageOf(range.first); page <= pageOf(last); page += 1) {
			if (this.#pages.has(page)) continue;
			if (from < 0) from = page;
			to = page;
		}
		if (from < 0) return null;
		return { from: from * PAGE, count: Math.min((to + 1) * PAGE, this.total) - from * PAGE };
	}

	/** The rows to ask for next while `shown` is on screen: those that are drawn, and then further ones in the direction of scrolling. */
	wanted(shown: RowRange, moving: Direction): { from: number; count: number } | null {
		const { first, last } = shown;
		if (last < first) return null;
		const around = (before: number, after: number) => this.missing({ first: Math.max(0, first - before), last: last + after });
		// Near an end, the elements that there is no row for draw others at the opposite side.
		const beyond = (rows: number) => 2 * SPARE_ROWS + 1 - Math.min(SPARE_ROWS, rows);
		const drawn = around(0, 0) ?? around(beyond(this.total - 1 - last), beyond(first));
		if (drawn !== null || moving === 0) return drawn;
		const ahead = (rows: number) => (moving > 0 ? around(0, rows) : around(rows, 0));
		return ahead(PAGE) === null ? null : ahead(AHEAD);
	}

	/** Lets go of the pages far from `range`. */
	evictAround(range: RowRange): void {
		const [first, last] = [pageOf(range.first) - KEPT_AROUND, pageOf(Math.max(range.first, range.last)) + KEPT_AROUND];
		for (const page of [...this.#pages.keys()]) {
			if (page < first || page > last) this.#pages.delete(page);
		}
	}

	/** Where a customer is among the rows at hand; null when not among them. */
	indexOf(key: number): number | null {
		for (const [page, rows] of this.#pages) {
			const at = rows.findIndex((row) => row.key === key);
			if (at >= 0) return page * PAGE + at;
		}
		return null;
	}

	/** How many pages are at hand. */
	get size(): number {
		return this.#pages.size;
	}
}
