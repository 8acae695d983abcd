/**
 * Which rows of a list are on screen, and which elements draw them. Joins the arithmetic of `scroll.ts` to the element that
 * scrolls; what a row is, and which has the focus, is not its business.
 *
 * To be made while a component is: it follows the element until that component goes.
 */
import { untrack } from 'svelte';
import type { Movement } from '$lib/search/session.svelte';
import * as scroll from './scroll';

/** Quiet time after which scrolling has ended, in milliseconds. */
const SCROLL_PAUSE = 200;
/** How long the rows that are drawn stay while those of another place are fetched, in milliseconds. */
const LONGEST_HOLD = 250;

type List = {
	rows: () => number;
	/** Height of a row, in CSS pixels. */
	rowHeight: () => number;
	/** Whether rows can be drawn at once. */
	holds: (range: scroll.RowRange) => boolean;
	/** Hears which rows are on screen, whenever others are. */
	onshow: (range: scroll.RowRange) => void;
};

export class Viewport {
	/** The element that scrolls. */
	element = $state<HTMLElement | null>(null);
	/** Its inner height, and that of the headers which stand over its upper edge. */
	clientHeight = $state(0);
	headerHeight = $state(0);

	readonly #list: List;
	/** What is drawn. */
	#position = $state.raw(scroll.START);
	/**
	 * Where a leap goes whose rows are not at hand yet. Until they are, what is drawn goes along with the element, so that
	 * whoever drags the thumb through a long list sees names pass by instead of bars.
	 */
	#going = $state.raw<scroll.Position | null>(null);
	#hold: ReturnType<typeof setTimeout> | undefined;
	#sideways = $state(false);
	/** A scroll position that was set here and that the element does not have yet. */
	#due: number | null = null;
	/** The scroll position that the element had when it was last heard of. */
	#top = 0;
	#pause: ReturnType<typeof setTimeout> | undefined;

	readonly #extent = $derived.by(() => ({
		rows: this.#list.rows(),
		rowHeight: this.#list.rowHeight(),
		viewport: Math.max(0, this.clientHeight - this.headerHeight),
	}));
	/** Height of what is scrolled, below the headers. */
	readonly spacer = $derived.by(() => scroll.spacerHeight(this.#extent));
	// While the browser scrolls by itself, none of the four changes, and nothing is drawn anew until a row comes in.
	/** What is added to the true place of a row to have its place inside the spacer. */
	readonly base = $derived.by(() => this.#position.top - this.#position.offset);
	readonly first = $derived.by(() => scroll.drawnRows(this.#extent, this.#position, scroll.SPARE_ROWS).first);
	readonly last = $derived.by(() => scroll.drawnRows(this.#extent, this.#position, scroll.SPARE_ROWS).last);
	/** How many elements draw rows; a row's element is told by the remainder. */
	readonly slots = $derived.by(() => scroll.slotCount(this.#extent, scroll.SPARE_ROWS));
	/** The drawn rows with their elements. */
	readonly drawn = $derived.by(() =>
		Array.from({ length: this.last - this.first + 1 }, (_, at) => ({ index: this.first + at, slot: (this.first + at) % this.slots })),
	);

	constructor(list: List) {
		this.#list = list;
		$effect(() => {
			void [this.#position, this.spacer];
			if (this.#due === null || this.element === null) return;
			// To set it, the browser lays the page out at once, with all rows that have just changed. Somebody who types is at the
			// top and stays there.
			if (this.#due !== 0 || this.#top !== 0) this.element.scrollTop = this.#due;
			this.#top = this.#due;
			this.#due = null;
		});
		// A smaller screen or a shorter result may end before the present place.
		$effect.pre(() => {
			const now = this.#extent;
			untrack(() => {
				if (this.#target.offset > scroll.lastOffset(now)) this.#goTo(scroll.positionAt(now, this.#target.offset));
			});
		});
		$effect(() => {
			const range = scroll.shownRows(this.#extent, this.#target);
			untrack(() => this.#list.onshow(range));
		});
		$effect(() => () => {
			clearTimeout(this.#pause);
			clearTimeout(this.#hold);
		});
	}

	/** Whether it is scrolled sideways. */
	get sideways(): boolean {
		return this.#sideways;
	}
	/** Rows that a page key moves by. */
	get page(): number {
		return scroll.rowsPerPage(this.#extent);
	}
	/** Whether a row has an element. */
	draws(row: number): boolean {
		return row >= this.first && row <= this.last;
	}

	/** Where it is scrolled to, drawn or not. */
	get #target(): scroll.Position {
		return this.#going ?? this.#position;
	}

	/** Follows what happened to the list. */
	follow(movement: Movement): void {
		const [extent, position] = [this.#extent, this.#target];
		if (movement.kind === 'filled') this.#arrived(movement.first);
		else if (movement.kind === 'other') this.#goTo(scroll.START);
		else if (movement.kind === 'same') {
			this.#goTo(scroll.positionAt(extent, position.offset + movement.shift * extent.rowHeight));
		} else {
			const next = scroll.revealed(extent, position, movement.row);
			if (next !== position) this.#goTo(next);
		}
	}

	/** Follows the element, which its user has scrolled. */
	scrolled(): void {
		const { element } = this;
		if (element === null) return;
		const [extent, position] = [this.#extent, this.#target];
		this.#sideways = element.scrollLeft > 0;
		const { scrollTop, scrollHeight } = element;
		// The end as the browser has it may differ from the computed one by a fraction of a pixel.
		const atEnd = scrollHeight > element.clientHeight && scrollHeight - element.clientHeight - scrollTop <= 1;
		this.#top = scrollTop;
		const next = scroll.followed(extent, position, atEnd ? scroll.lastTop(extent) : scrollTop);
		if (scroll.mustSettle(extent, next)) this.#goTo(scroll.settled(extent, next));
		else if (this.#leaps(next)) this.#leapTo(next);
		else this.#draw(next);
		clearTimeout(this.#pause);
		if (Math.abs(scroll.topAt(extent, this.#target.offset) - this.#target.top) < 1) return;
		this.#pause = setTimeout(() => this.#goTo(scroll.settled(this.#extent, this.#target)), SCROLL_PAUSE);
	}

	/** Whether nothing of what is drawn is to be seen at a position, and nothing is at hand to be drawn there. */
	#leaps(next: scroll.Position): boolean {
		const extent = this.#extent;
		const far = Math.abs(next.offset - this.#position.offset) >= extent.viewport;
		return far && !this.#list.holds(scroll.shownRows(extent, next));
	}

	#leapTo(next: scroll.Position): void {
		this.#going = next;
		this.#position = { top: next.top, offset: this.#position.offset };
		this.#hold ??= setTimeout(() => this.#draw(this.#target), LONGEST_HOLD);
	}

	/** Rows from `first` on have come to hand: those of the place that it is scrolled to, or of one that it has passed since. */
	#arrived(first: number): void {
		const [extent, going] = [this.#extent, this.#going];
		if (going === null) return;
		if (this.#list.holds(scroll.shownRows(extent, going))) {
			this.#draw(going);
			return;
		}
		const passed = Math.min(first * extent.rowHeight, scroll.lastOffset(extent));
		this.#draw({ top: going.top, offset: passed });
		this.#leapTo(going);
	}

	/** Draws a position; nothing is held any more. */
	#draw(next: scroll.Position): void {
		clearTimeout(this.#hold);
		this.#hold = undefined;
		this.#going = null;
		this.#position = next;
	}

	/** Scrolls sideways until a column stands wholly beside the pinned ones. All in pixels. */
	revealSpan(left: number, width: number, pinned: number): void {
		const { element } = this;
		if (element === null) return;
		if (left < element.scrollLeft + pinned) element.scrollLeft = left - pinned;
		else if (left + width > element.scrollLeft + element.clientWidth) element.scrollLeft = left + width - element.clientWidth;
	}

	/** Goes to a position; the element follows once it has its new height. */
	#goTo(next: scroll.Position): void {
		// Another object even for the place where it is already: what is due must not wait for the next movement, which it would
		// take back.
		this.#draw({ ...next });
		this.#due = next.top;
	}
}
