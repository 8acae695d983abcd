/**
 * The copy on this computer as a whole: how large it is, and the long works on it, of which one goes on at a time.
 *
 * They belong to the desk and not to the page that shows them: whoever leaves the page and comes back finds the work as far
 * as it has come, and can still stop it. Backing up and restoring have dialogs of their own.
 */
import { type Backend, problemOf } from '$lib/backend/backend';
import type { BookSize, Problem } from '$lib/backend/bindings';
import { formatSize } from '$lib/format';
import type { Notices } from '$lib/notice/notices.svelte';
import { m } from '$paraglide/messages.js';

export class BookCare {
	readonly #backend: Backend;
	readonly #notices: Notices;
	#size = $state.raw<BookSize | null>(null);
	#busy = $state<'check' | 'compact' | null>(null);
	#stopping = $state(false);
	#said = $state<string | null>(null);
	#problem = $state.raw<Problem | null>(null);
	/** A page shows all this; else the outcome is a notice. */
	#shown = false;
	/** Counts the desks: what an earlier one still has to say concerns nobody. */
	#desk = 0;

	constructor(backend: Backend, notices: Notices) {
		this.#backend = backend;
		this.#notices = notices;
	}

	/** Null until measured. */
	get size(): BookSize | null {
		return this.#size;
	}
	get busy(): 'check' | 'compact' | null {
		return this.#busy;
	}
	/** The person wants compaction to end. */
	get stopping(): boolean {
		return this.#stopping;
	}
	/** What came of the last work. */
	get said(): string | null {
		return this.#said;
	}
	get problem(): Problem | null {
		return this.#problem;
	}

	/** A page begins to show it, until what is answered is called. */
	show(): () => void {
		this.#shown = true;
		if (this.#busy === null) this.#forgetOutcome();
		void this.#measure();
		return () => {
			this.#shown = false;
		};
	}

	check(): Promise<void> {
		return this.#work('check', async () => {
			await this.#backend.checkBook();
			return m.book_checked();
		});
	}

	compact(): Promise<void> {
		return this.#work('compact', async () => {
			const { beforeKibibytes, afterKibibytes } = await this.#backend.compactBook();
			await this.#measure();
			return m.book_compacted({ before: formatSize(beforeKibibytes), after: formatSize(afterKibibytes) });
		});
	}

	async stopCompacting(): Promise<void> {
		if (this.#busy !== 'compact' || this.#stopping) return;
		this.#stopping = true;
		try {
			await this.#backend.stopCompacting();
		} catch {
			// What compaction itself ends in is told.
		}
	}

	/** The desk was closed; what was under way ends with it. */
	clear(): void {
		this.#desk += 1;
		this.#size = null;
		this.#busy = null;
		this.#forgetOutcome();
	}

	#forgetOutcome(): void {
		this.#said = null;
		this.#problem = null;
		this.#stopping = false;
	}

	async #measure(): Promise<void> {
		const desk = this.#desk;
		try {
			const size = await this.#backend.bookSize();
			if (desk === this.#desk) this.#size = size;
		} catch {
			// The size is a remark; what is wrong with the book shows where it matters.
		}
	}

	async #work(what: 'check' | 'compact', work: () => Promise<string>): Promise<void> {
		if (this.#busy !== null) return;
		const desk = this.#desk;
		this.#busy = what;
		this.#forgetOutcome();
		let said: string | null = null;
		let problem: Problem | null = null;
		try {
			said = await work();
		} catch (error) {
			const met = problemOf(error);
			if (met.code === 'cancelled' && this.#stopping) said = m.book_compact_stopped();
			else if (met.code !== 'cancelled' && met.code !== 'passphrase_needed') problem = met;
		}
		if (desk !== this.#desk) return;
		this.#busy = null;
		this.#stopping = false;
		this.#said = said;
		this.#problem = problem;
		if (this.#shown) return;
		if (problem) this.#notices.problem(problem);
		else if (said) this.#notices.done(said);
	}
}
