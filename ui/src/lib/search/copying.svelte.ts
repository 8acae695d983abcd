/** Copying what is selected: how far it is, and what became of it. The text itself is made in copying.ts. */
import { problemOf } from '$lib/backend/backend';
import type { Column, ProviderDescription } from '$lib/backend/bindings';
import { formatCount } from '$lib/format';
import type { Notices } from '$lib/notice/notices.svelte';
import { m } from '$paraglide/messages.js';
import { MOST_COPIED, textOf } from './copying';
import type { SearchSession } from './session.svelte';

type Sight = () => { columns: readonly Column[]; providers: readonly ProviderDescription[] };

export class Copying {
	readonly #session: SearchSession;
	readonly #notices: Notices;
	readonly #sight: Sight;
	#done = $state(0);
	#going = $state.raw<{ total: number; stop: AbortController } | null>(null);

	/** `sight` is what is on screen: the columns that are copied. */
	constructor(session: SearchSession, notices: Notices, sight: Sight) {
		this.#session = session;
		this.#notices = notices;
		this.#sight = sight;
	}

	/** How far a copy is; null when none is under way. */
	get progress(): { done: number; total: number } | null {
		return this.#going === null ? null : { done: this.#done, total: this.#going.total };
	}

	stop(): void {
		this.#going?.stop.abort();
	}

	/** Copies the selected rows, or when none is selected the focused one. */
	async copy(): Promise<void> {
		const { answer, selection, focused, total: all, directory } = this.#session;
		if (this.#going !== null || answer === null || all === 0) return;
		const chosen = selection.size;
		const spans = chosen > 0 ? selection.spans : [{ first: focused, last: focused }];
		const wanted = Math.max(1, chosen);
		const total = Math.min(wanted, MOST_COPIED);
		const stop = new AbortController();
		this.#done = 0;
		this.#going = { total, stop };
		try {
			const order = { ...this.#sight(), result: answer.result, spans };
			const text = textOf(directory, order, stop.signal, (done) => {
				this.#done = done;
			});
			await written(text);
			const count = { count: total, shown: formatCount(total) };
			this.#notices.done(wanted > total ? m.copy_done_limited({ ...count, all: formatCount(wanted) }) : m.copy_done(count));
		} catch (error) {
			if (stop.signal.aborted) this.#notices.done(m.copy_stopped());
			else if (error instanceof DOMException) this.#notices.done(m.copy_refused());
			else this.#notices.problem(problemOf(error));
		} finally {
			this.#going = null;
		}
	}
}

/**
 * Puts a text on the clipboard that is still on its way. A browser takes it only within the press of a key or a button, so it
 * is promised at once where that is possible.
 */
async function written(text: Promise<string>): Promise<void> {
	if (typeof ClipboardItem === 'undefined' || navigator.clipboard.write === undefined) {
		await navigator.clipboard.writeText(await text);
		return;
	}
	const blob = text.then((done) => new Blob([done], { type: 'text/plain' }));
	// The reason why there is no text is told rather than the clipboard's own that there is none.
	await Promise.all([blob, navigator.clipboard.write([new ClipboardItem({ 'text/plain': blob })])]);
}
