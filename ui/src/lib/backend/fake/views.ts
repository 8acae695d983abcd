/** The saved views of the invented backend, with the rules of the real one that a screen can meet. */
import { ProblemError } from '../backend';
import type { SavedView, ViewDraft } from '../bindings';

const refused = (field: string): ProblemError => new ProblemError({ code: 'bad_input', field, words: null });
const missing = (): ProblemError => new ProblemError({ code: 'not_found', words: null });

export class FakeViews {
	#views: SavedView[] = [];
	#next = 1;
	/** Files that views were written into, by their paths. */
	readonly files = new Map<string, string>();

	get list(): SavedView[] {
		return this.#views;
	}

	save(draft: ViewDraft, existing: number | null): SavedView {
		const name = draft.name.trim();
		if (name === '' || name.length > 120) throw refused('name');
		if (existing !== null && !this.#views.some(({ id }) => id === existing)) throw missing();
		const view = { ...draft, name, id: existing ?? this.#next++ };
		this.#views = existing === null ? [...this.#views, view] : this.#views.map((one) => (one.id === existing ? view : one));
		return view;
	}

	order(ids: number[]): void {
		const place = ({ id }: SavedView): number => (ids.includes(id) ? ids.indexOf(id) : ids.length);
		this.#views = [...this.#views].sort((one, other) => place(one) - place(other));
	}

	remove(view: number): void {
		if (!this.#views.some(({ id }) => id === view)) throw missing();
		this.#views = this.#views.filter(({ id }) => id !== view);
	}

	share(view: number, path: string, replace: boolean): string {
		const shared = this.#views.find(({ id }) => id === view);
		if (shared === undefined) throw missing();
		if (!path.startsWith('/')) throw refused('path');
		if (this.files.has(path) && !replace) throw new ProblemError({ code: 'file_exists', words: null });
		const { name, query, columns } = shared;
		this.files.set(path, JSON.stringify({ name, query: { ...query, text: '', connection: null }, columns }));
		return path;
	}

	takeIn(path: string): SavedView {
		const text = this.files.get(path);
		if (text === undefined) throw new ProblemError({ code: 'file_missing', words: null });
		let draft: ViewDraft;
		try {
			draft = JSON.parse(text);
		} catch {
			throw refused('file');
		}
		let name = draft.name;
		for (let number = 2; this.#views.some((view) => view.name === name); number += 1) name = `${draft.name} (${number})`;
		return this.save({ ...draft, name }, null);
	}
}
