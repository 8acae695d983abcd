/**
 * Tells the desk whom the officer has before them, so that those are looked at first: once what is on screen has come to
 * rest, and only when it is different from what was told last.
 */
import type { Backend } from '$lib/backend/backend';

/** How long the rows have to rest, in milliseconds: nobody reads while scrolling. */
export const REST = 800;

/** Most rows that are told of; a screen holds fewer. */
const MOST = 120;

export class Watching {
	readonly #backend: Pick<Backend, 'watch'>;
	#told = '[[],[]]';
	#timer: ReturnType<typeof setTimeout> | null = null;

	constructor(backend: Pick<Backend, 'watch'>) {
		this.#backend = backend;
	}

	/** What is on screen now. */
	see(opened: number | null, onScreen: readonly number[]): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = setTimeout(() => this.#tell(opened === null ? [] : [opened], onScreen.slice(0, MOST)), REST);
	}

	/** Nobody is looked at any more. */
	stop(): void {
		if (this.#timer !== null) clearTimeout(this.#timer);
		this.#timer = null;
		this.#tell([], []);
	}

	#tell(opened: number[], onScreen: number[]): void {
		this.#timer = null;
		const now = JSON.stringify([opened, onScreen]);
		if (now === this.#told) return;
		this.#told = now;
		// It is a hint: where it does not arrive, those customers are fetched in their turn.
		void this.#backend.watch(opened, onScreen).catch(() => {});
	}
}
