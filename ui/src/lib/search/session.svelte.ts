/**
 * The state behind the middle of the window: what is asked, what the latest answer is, which of its rows are at hand,
 * where the focus is and whose card is open.
 *
 * A change of the query is asked at once. One question is under way at a time and the newest wins: an answer to an older
 * query is dropped. When the directory changes, the same query is asked again in the background, and the new rows take
 * the old ones' place only when everything on screen is at hand, so that nothing flickers or jumps.
 *
 * It knows nothing of elements; the grid says which rows are on screen and hears when they are replaced.
 */
import { type Backend, problemOf, type Unsubscribe } from '$lib/backend/backend';
import type { Column, CustomerRow, Problem, Query, SearchAnswer, View } from '$lib/backend/bindings';
import type { RowRange } from '$lib/grid/scroll';
import { placeIn, selectedIn } from './following';
import { OpenedCustomer } from './opened.svelte';
import { type Direction, Pages, rowsAtOnce } from './pages.svelte';
import * as queries from './query';
import { RowSelection } from './selection.svelte';

/** Least time between two refreshes because of a changed directory, in milliseconds. */
const REFRESH_EVERY = 500;

/** How often in a row a result may be gone, or a search be cancelled, before that is called a problem. */
const PATIENCE = 3;

/**
 * What the grid must follow: another result stands in the place of the old one, or the same one moved by some rows, a
 * row is to be brought on screen, or rows from `first` on that were once to be shown have come to hand.
 */
export type Movement =
	| { kind: 'other' }
	| { kind: 'same'; shift: number }
	| { kind: 'reveal'; row: number }
	| { kind: 'filled'; first: number };

/** What the session needs of the backend. */
export type Directory = Pick<Backend, 'search' | 'rows' | 'customer' | 'selectAgain' | 'rowsAsText' | 'on'>;

export class SearchSession {
	readonly directory: Directory;
	/** The rows that are selected, which is apart from whose card is open. */
	readonly selection = new RowSelection(() => this.total);
	/** The card that is open. */
	readonly opened: OpenedCustomer;
	/** Ways to bring the keyboard to the parts of the screen; each part leaves its own here while it is shown. */
	readonly places: { search?: () => void; grid?: () => void; detail?: () => void; palette?: () => void } = {};

	#query = $state.raw<Query>(queries.EVERYBODY);
	#answer = $state.raw<SearchAnswer | null>(null);
	#pages = $state.raw(new Pages(0, []));
	#problem = $state.raw<Problem | null>(null);
	#shown = $state.raw<RowRange>({ first: 0, last: -1 });
	/** Which way the rows on screen last moved by less than a screen; 0 after any other change. */
	#moving: Direction = 0;
	#focused = $state(0);
	/** Each is the number of the newest of its kind, and of the newest that is on screen. */
	#asked = $state(0);
	#answered = $state(-1);
	#changed = $state(0);
	#refreshed = $state(0);

	#running = false;
	#filling = false;
	#refreshDue = false;
	#refreshTimer: ReturnType<typeof setTimeout> | null = null;
	#lastRefresh = Number.NEGATIVE_INFINITY;
	#setbacks = 0;
	#openWhenAtHand: number | null = null;
	#stopped = true;
	#subscriptions: Unsubscribe[] = [];
	readonly #followers = new Set<(movement: Movement) => void>();

	constructor(directory: Directory, query: Query = queries.EVERYBODY) {
		this.directory = directory;
		this.#query = query;
		this.opened = new OpenedCustomer(directory);
	}

	/** Listens to the directory and asks for the first time. */
	async start(): Promise<void> {
		this.#stopped = false;
		const subscriptions = await Promise.all([
			this.directory.on('directory_changed', () => this.#directoryChanged()),
			this.directory.on('connections_changed', ({ connections }) => {
				const filtered = this.#query.connection;
				if (filtered !== null && !connections.some(({ id }) => id === filtered)) this.setConnection(null);
			}),
		]);
		if (this.#stopped) for (const unsubscribe of subscriptions) unsubscribe();
		else this.#subscriptions = subscriptions;
		await this.#run();
	}

	/** Ends listening; answers still under way are dropped. */
	stop(): void {
		this.#stopped = true;
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		this.#subscriptions = [];
		if (this.#refreshTimer !== null) clearTimeout(this.#refreshTimer);
		this.#refreshTimer = null;
	}

	// What is asked.

	get query(): Query {
		return this.#query;
	}
	setText(text: string): void {
		this.ask(queries.withText(this.#query, text));
	}
	setView(view: View): void {
		this.ask(queries.withView(this.#query, view));
	}
	setConnection(connection: string | null): void {
		this.ask(queries.withConnection(this.#query, connection));
	}
	toggle(facet: queries.Facet, value: string): void {
		this.ask(queries.withToggled(this.#query, facet, value));
	}
	/** Sorts by a column alone, or by a further one after those of the present order. */
	sortBy(column: Column, further = false): void {
		this.ask(further ? queries.withFurtherSort(this.#query, column) : queries.withSort(this.#query, column));
	}
	/** Orders by how well rows match what is typed, now and whenever something is typed. */
	sortByRelevance(): void {
		this.ask(queries.withRelevance(this.#query));
	}
	clearFacets(): void {
		this.ask(queries.withoutFacets(this.#query));
	}
	clearFilters(): void {
		this.ask(queries.withoutFilters(this.#query));
	}

	/** Asks another query. */
	ask(query: Query): void {
		if (queries.asksTheSame(query, this.#query)) return;
		this.#query = query;
		this.#asked += 1;
		this.#setbacks = 0;
		void this.#run();
	}

	/** Another try after a problem. */
	retry(): void {
		this.#setbacks = 0;
		this.#problem = null;
		this.#refreshDue = this.#answer !== null;
		void this.#run();
	}

	// What is answered.

	/** The latest answer; while a newer query is under way, the answer before. */
	get answer(): SearchAnswer | null {
		return this.#answer;
	}
	/** Matches of the latest answer. */
	get total(): number {
		return this.#pages.total;
	}
	/** What kept the latest question, or rows of it, from being answered. */
	get problem(): Problem | null {
		return this.#problem;
	}
	/** Whether what is on screen does not yet answer the query as it is and the directory as far as it is known to be. */
	get busy(): boolean {
		return this.searching || this.#refreshed !== this.#changed || !this.#pages.holds(this.#shown);
	}
	/** Whether the answer on screen is to another query than the one that stands in the search field. */
	get searching(): boolean {
		return this.#answered !== this.#asked;
	}
	/** Keys of the customers in the rows on screen, as far as they are at hand. */
	get onScreen(): number[] {
		const keys: number[] = [];
		for (let at = this.#shown.first; at <= this.#shown.last; at += 1) {
			const row = this.row(at);
			if (row) keys.push(row.key);
		}
		return keys;
	}
	/** The row at `index`, when it is at hand. */
	row(index: number): CustomerRow | undefined {
		return this.#pages.row(index);
	}
	/** Whether all of these rows are at hand. */
	holds(range: RowRange): boolean {
		return this.#pages.holds(range);
	}
	/** The grid says which rows are on screen. */
	show(range: RowRange): void {
		const before = this.#shown;
		if (range.first === before.first && range.last === before.last) return;
		const by = range.first - before.first;
		this.#moving = by === 0 || range.first > before.last || range.last < before.first ? 0 : by > 0 ? 1 : -1;
		this.#shown = range;
		void this.#fill();
	}
	/** The grid hears what it must follow, within the same change of state. Returns the way to stop. */
	onMovement(follower: (movement: Movement) => void): () => void {
		this.#followers.add(follower);
		return () => this.#followers.delete(follower);
	}
	#move(movement: Movement): void {
		for (const follower of this.#followers) follower(movement);
	}

	// Where the focus is and whose card is open.

	/** Index of the row that has the focus. */
	get focused(): number {
		return this.#focused;
	}
	/** Gives a row the focus and brings it on screen. */
	focus(index: number): void {
		this.#setFocused(index);
		this.#move({ kind: 'reveal', row: this.#focused });
	}
	#setFocused(index: number): void {
		this.#focused = Math.max(0, Math.min(index, this.total - 1));
	}
	/** Opens the card of the customer in a row; when the row is not at hand yet, as soon as it is. */
	openRow(index: number): void {
		const row = this.row(index);
		this.#openWhenAtHand = row === undefined ? index : null;
		if (row !== undefined) this.opened.open(row.key, row);
		else void this.#fill();
	}
	/** Opens any customer's card, in the result or not. */
	open(key: number, known: CustomerRow | null = null): void {
		this.#openWhenAtHand = null;
		const index = this.#pages.indexOf(key);
		if (index !== null) this.focus(index);
		this.opened.open(key, known);
	}
	close(): void {
		this.#openWhenAtHand = null;
		this.opened.close();
	}
	/** Opens the card of the next (1) or the previous (-1) customer of the result. */
	step(by: 1 | -1): void {
		const next = this.#focused + by;
		if (next < 0 || next >= this.total) return;
		this.focus(next);
		this.openRow(next);
	}

	// Asking.

	#directoryChanged(): void {
		this.#changed += 1;
		if (this.#refreshTimer !== null) return;
		const due = (): void => {
			this.#refreshTimer = null;
			this.#refreshDue = true;
			this.opened.refresh();
			void this.#run();
		};
		const wait = this.#lastRefresh + REFRESH_EVERY - performance.now();
		if (wait <= 0) due();
		else this.#refreshTimer = setTimeout(due, wait);
	}

	async #run(): Promise<void> {
		if (this.#running || this.#stopped) return;
		this.#running = true;
		try {
			while (!this.#stopped && (this.searching || this.#refreshDue)) {
				if (!(await this.#searchOnce(this.searching))) break;
			}
		} finally {
			this.#running = false;
		}
	}

	/** Asks once; false when there is no sense in going on by itself. */
	async #searchOnce(other: boolean): Promise<boolean> {
		const [asked, changed] = [this.#asked, this.#changed];
		const outdated = (): boolean => this.#stopped || asked !== this.#asked;
		this.#refreshDue = false;
		this.#lastRefresh = performance.now();
		try {
			const answer = await this.directory.search(this.#query, rowsAtOnce(this.#shown));
			if (outdated()) return true;
			const pages = new Pages(answer.total, answer.rows);
			const shift = other ? 0 : await this.#prepare(answer, pages, outdated);
			if (shift === null) return true;
			const selected = other ? null : await selectedIn(this.directory, this.#answer, answer, this.selection);
			const focused = other || this.#focusShown ? null : await placeIn(this.directory, this.#answer, answer, this.#focused);
			if (outdated()) return true;
			this.#replace(answer, pages, other ? { kind: 'other' } : { kind: 'same', shift }, focused);
			if (selected !== null) this.selection.moveTo(selected, shift);
			this.#answered = asked;
			this.#refreshed = changed;
			this.#problem = null;
			void this.#fill();
			return true;
		} catch (error) {
			if (outdated()) return true;
			return this.#setBack(problemOf(error));
		}
	}

	/**
	 * Gets the rows that will be on screen when `pages` take the place of the present ones, and says by how many rows the
	 * list then moves so that the focused row, or else the first one on screen, stays where it is; null when outdated.
	 */
	async #prepare(answer: SearchAnswer, pages: Pages, outdated: () => boolean): Promise<number | null> {
		/** Where a customer was said to be who is not among the rows at hand. */
		const told = new Map<number, number>();
		for (;;) {
			const anchor = this.#anchor();
			const index = anchor === null ? null : (pages.indexOf(anchor.key) ?? told.get(anchor.key) ?? null);
			const shift = anchor === null || index === null ? 0 : index - anchor.row;
			const around = { first: Math.max(0, this.#shown.first + shift), last: this.#shown.last + shift };
			const missing = pages.missing(around);
			if (missing !== null) {
				const { from, rows } = await this.directory.rows(answer.result, missing.from, missing.count);
				if (outdated()) return null;
				pages.put(from, rows);
				this.#setbacks = 0;
			} else if (anchor !== null && index === null) {
				// Farther away than the rows around: many came or went in front, or it is gone.
				told.set(anchor.key, (await placeIn(this.directory, this.#answer, answer, anchor.row)) ?? anchor.row);
				if (outdated()) return null;
			} else return shift;
		}
	}

	/** The row that is to stay where it is on screen; null at the very top, where a person looks at the newest state of the top. */
	#anchor(): { row: number; key: number } | null {
		const { first } = this.#shown;
		if (first === 0) return null;
		const row = this.#focusShown ? this.#focused : first;
		const key = this.row(row)?.key;
		return key === undefined ? null : { row, key };
	}

	get #focusShown(): boolean {
		return this.#focused >= this.#shown.first && this.#focused <= this.#shown.last;
	}

	/** `focused` is where the focused customer is now, when that is known. */
	#replace(answer: SearchAnswer, pages: Pages, how: Extract<Movement, { kind: 'other' | 'same' }>, focused: number | null): void {
		const focusedKey = this.row(this.#focused)?.key;
		const length = this.#shown.last - this.#shown.first;
		this.#answer = answer;
		this.#pages = pages;
		if (how.kind === 'other') {
			this.selection.clear();
			this.#focused = 0;
			this.#openWhenAtHand = null;
			this.#shown = { first: 0, last: Math.min(length, pages.total - 1) };
			this.#moving = 0;
		} else {
			const moved = (focusedKey === undefined ? null : pages.indexOf(focusedKey)) ?? focused;
			this.#setFocused(moved ?? this.#focused + how.shift);
			const first = Math.max(0, Math.min(this.#shown.first + how.shift, pages.total - 1 - length));
			this.#shown = { first, last: Math.min(first + length, pages.total - 1) };
		}
		this.#move(how);
	}

	/** Brings the rows on screen to hand, and then their neighbours. */
	async #fill(): Promise<void> {
		if (this.#filling || this.#stopped) return;
		this.#filling = true;
		try {
			while (!this.#stopped) {
				const [answer, pages, shown] = [this.#answer, this.#pages, this.#shown];
				const wanted = pages.wanted(shown, this.#moving);
				if (answer === null || wanted === null) return;
				const { from, rows } = await this.directory.rows(answer.result, wanted.from, wanted.count);
				if (pages !== this.#pages) continue;
				// Those that have just come stay until others do: they may be drawn although the screen has gone on.
				pages.evictAround(this.#shown);
				pages.put(from, rows);
				this.#setbacks = 0;
				this.#move({ kind: 'filled', first: shown.first });
				this.#openPending();
			}
		} catch (error) {
			if (this.#setBack(problemOf(error))) void this.#run();
		} finally {
			this.#filling = false;
		}
	}

	#openPending(): void {
		const index = this.#openWhenAtHand;
		if (index !== null && this.row(index) !== undefined) this.openRow(index);
	}

	/** Deals with a failed call: true when asking again is the answer to it. */
	#setBack(problem: Problem): boolean {
		const passing = problem.code === 'result_gone' || problem.code === 'cancelled';
		this.#setbacks += 1;
		this.#refreshDue = passing && this.#setbacks <= PATIENCE;
		if (!this.#refreshDue) this.#problem = problem;
		return this.#refreshDue;
	}
}
