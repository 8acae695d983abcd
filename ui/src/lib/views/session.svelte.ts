/**
 * The saved views: which there are, which one is shown, and whether what is on screen still is that view. Choosing one asks
 * its query and shows its columns; changing filters or columns then makes it differ until that is saved or taken back.
 */
import { problemOf } from '$lib/backend/backend';
import type { ColumnChoice, SavedView, View, ViewDraft } from '$lib/backend/bindings';
import type { DeskSession } from '$lib/desk/session.svelte';
import { asksTheSame, EVERYBODY } from '$lib/search/query';
import type { SearchSession } from '$lib/search/session.svelte';

export class SavedViews {
	readonly #desk: DeskSession;
	readonly #search: SearchSession;
	#list = $state.raw<readonly SavedView[]>([]);
	#shown = $state<number | null>(null);
	/** Columns that were changed while a view is shown, and are not saved in it. */
	#draft = $state.raw<ColumnChoice[] | null>(null);

	constructor(desk: DeskSession, search: SearchSession) {
		this.#desk = desk;
		this.#search = search;
	}

	get list(): readonly SavedView[] {
		return this.#list;
	}
	/** The view that is shown, changed or not. */
	get shown(): SavedView | null {
		return this.#list.find(({ id }) => id === this.#shown) ?? null;
	}
	/** Whether filters, order or columns on screen are not those of the view that is shown. */
	get changed(): boolean {
		const { shown } = this;
		return shown !== null && (!asksTheSame(this.#search.query, shown.query) || !sameColumns(this.columns, shown.columns));
	}
	/** The columns on screen as they are stored: the shown view's, else the person's own. Empty for the usual ones. */
	get columns(): readonly ColumnChoice[] {
		return this.#draft ?? this.shown?.columns ?? this.#desk.preferences.columns;
	}
	setColumns(columns: ColumnChoice[]): void {
		if (this.shown === null) this.#desk.prefer({ columns });
		else this.#draft = columns;
	}

	/** Fetches them, and shows the one that was shown last. Settled before the first question is asked. */
	async start(): Promise<void> {
		const last = this.#desk.demo ? null : (this.#desk.preferences.savedView ?? null);
		if (!(await this.#fetch()) || last === null) return;
		const view = this.#list.find(({ id }) => id === last);
		if (view !== undefined) this.show(view);
	}

	show(view: SavedView): void {
		this.#shown = view.id;
		this.#draft = null;
		this.#search.ask(view.query);
		this.#remember(view.id);
	}

	/** Shows a built-in view. What was typed and filtered stays, unless it belongs to a saved view. */
	showBuiltIn(view: View): void {
		const left = this.shown !== null;
		this.leave();
		if (left) this.#search.ask({ ...EVERYBODY, view });
		else this.#search.setView(view);
	}

	/** What is on screen is no longer a saved view. */
	leave(): void {
		if (this.#shown === null) return;
		this.#shown = null;
		this.#draft = null;
		this.#remember(null);
	}

	/** Takes unsaved changes back. */
	reset(): void {
		if (this.shown !== null) this.show(this.shown);
	}

	// Each of these throws what kept it from being done; whoever asks tells it.

	/** Keeps what is on screen as a new view, and shows that. */
	async add(name: string): Promise<void> {
		const draft: ViewDraft = { name, query: this.#search.query, columns: [...this.columns] };
		const view = await this.#desk.backend.saveView(draft, null);
		await this.#fetch();
		this.show(view);
	}

	/** Keeps what is on screen in the view that is shown. */
	async saveChanges(): Promise<void> {
		const { shown } = this;
		if (shown === null) return;
		const saved = { name: shown.name, query: this.#search.query, columns: [...this.columns] };
		await this.#desk.backend.saveView(saved, shown.id);
		await this.#fetch();
		this.#draft = null;
	}

	async rename({ id, query, columns }: SavedView, name: string): Promise<void> {
		await this.#desk.backend.saveView({ name, query, columns }, id);
		await this.#fetch();
	}

	/** A second one of the same kind, right behind it; the new view. */
	async duplicate({ id, query, columns }: SavedView, name: string): Promise<SavedView> {
		const copy = await this.#desk.backend.saveView({ name, query, columns }, null);
		const ids = this.#list.map((view) => view.id);
		await this.#desk.backend.orderViews(ids.toSpliced(ids.indexOf(id) + 1, 0, copy.id));
		await this.#fetch();
		return copy;
	}

	async remove({ id }: SavedView): Promise<void> {
		await this.#desk.backend.removeView(id);
		if (this.#shown === id) this.leave();
		await this.#fetch();
	}

	/** Moves a view to another place among the views. On screen at once. */
	async moveTo({ id }: SavedView, place: number): Promise<void> {
		const from = this.#list.findIndex((view) => view.id === id);
		const to = Math.max(0, Math.min(place, this.#list.length - 1));
		const view = this.#list[from];
		if (view === undefined || from === to) return;
		this.#list = this.#list.toSpliced(from, 1).toSpliced(to, 0, view);
		await this.#desk.backend.orderViews(this.#list.map((one) => one.id));
	}

	async takeIn(path: string): Promise<SavedView> {
		const view = await this.#desk.backend.takeViewIn(path);
		await this.#fetch();
		this.show(view);
		return view;
	}

	/** Which view is shown at the next start. The sample's views go with it, and their ids would name others. */
	#remember(savedView: number | null): void {
		if (!this.#desk.demo && (this.#desk.preferences.savedView ?? null) !== savedView) this.#desk.prefer({ savedView });
	}

	/** False when they could not be had, which is told. */
	async #fetch(): Promise<boolean> {
		try {
			this.#list = await this.#desk.backend.savedViews();
			void this.#desk.countViews();
			return true;
		} catch (error) {
			this.#desk.notices.problem(problemOf(error));
			return false;
		}
	}
}

/** Whether two choices show the same; what a choice leaves open is as by default. */
function sameColumns(one: readonly ColumnChoice[], other: readonly ColumnChoice[]): boolean {
	const same = (choice: ColumnChoice, at: number): boolean => {
		const twin = other[at];
		return choice.column === twin?.column && choice.width === twin.width && (choice.pinned ?? false) === (twin.pinned ?? false);
	};
	return one.length === other.length && one.every(same);
}
