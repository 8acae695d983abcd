/**
 * The rows of one result that are at hand: pages of {@link PAGE} around what is on screen. The whole list is never held.
 */
import { SvelteMap } from 'svelte/reactivity';
import type { CustomerRow } from '$lib/backend/bindings';
import type { RowRange } from '$lib/grid/scroll';

/** Rows to a page. */
export const PAGE = 100;

/** Pages kept at either side of those on screen. */
const KEPT_AROUND = 10;

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
