/** How many customers each view has, counted anew when there are others, at most once in a while. */
import type { Backend } from '$lib/backend/backend';
import type { View } from '$lib/backend/bindings';

/** Least time between two countings, in milliseconds: counts that flicker are of no use to anybody. */
const COUNT_EVERY = 600;

/** So long after a desk was opened its views are counted even if nobody has said that the first rows are on screen, in milliseconds. */
const COUNT_AT_LATEST = 2_000;

export class ViewCounts {
	readonly #backend: Pick<Backend, 'viewCounts' | 'savedViewCounts'>;
	readonly #told: (work: Promise<void>) => Promise<void>;
	#counts = $state.raw<ReadonlyMap<View | number, number>>(new Map());
	#due: ReturnType<typeof setTimeout> | null = null;
	#stopped = false;

	/** `told` waits for a counting and tells what goes wrong with it. */
	constructor(backend: Pick<Backend, 'viewCounts' | 'savedViewCounts'>, told: (work: Promise<void>) => Promise<void>) {
		this.#backend = backend;
		this.#told = told;
	}

	/** Of a built-in view, or the saved view of an id; null until counted. */
	of(view: View | number): number | null {
		return this.#counts.get(view) ?? null;
	}

	/** The customers have changed. */
	changed(): void {
		this.#countWithin(COUNT_EVERY);
	}

	/** A desk was opened; its first rows go before its counts. */
	opened(): void {
		this.#countWithin(COUNT_AT_LATEST);
	}

	async now(): Promise<void> {
		if (this.#due !== null) clearTimeout(this.#due);
		this.#due = null;
		await this.#told(
			Promise.all([this.#backend.viewCounts(), this.#backend.savedViewCounts()]).then(([counts, saved]) => {
				const builtIn = counts.map(({ view, count }) => [view, count] as const);
				this.#counts = new Map<View | number, number>([...builtIn, ...saved.map(({ id, count }) => [id, count] as const)]);
			}),
		);
	}

	/** Nothing is known of customers any more. */
	clear(): void {
		this.#counts = new Map();
	}

	stop(): void {
		this.#stopped = true;
		if (this.#due !== null) clearTimeout(this.#due);
	}

	#countWithin(wait: number): void {
		if (this.#due !== null || this.#stopped) return;
		this.#due = setTimeout(() => void this.now(), wait);
	}
}
