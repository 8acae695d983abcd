/**
 * What the page of synchronising shows: what was found since a moment, and past runs by pages.
 *
 * A walk that goes on changes its own run with each page, so the newest page is asked for again when something landed, at
 * most every few seconds; what was paged in before stays.
 */
import { type Backend, problemOf, type Unsubscribe } from '$lib/backend/backend';
import type { Findings, MetProblem, Problem, RunReport } from '$lib/backend/bindings';
import { beginOf, type Period } from './findings';

/** Runs to a page. */
export const PAGE = 20;

/** Least time between two askings because of news, in milliseconds. */
const REFRESH_EVERY = 2_000;

export class SyncRuns {
	readonly #backend: Backend;
	#connection = $state<string | null>(null);
	#period = $state<Period>('yesterday');
	#runs = $state.raw<readonly RunReport[] | null>(null);
	#found = $state.raw<Findings | null>(null);
	#met = $state.raw<readonly MetProblem[]>([]);
	#problem = $state.raw<Problem | null>(null);
	#more = $state(false);
	#busy = $state(false);
	#asked = 0;
	#timer: ReturnType<typeof setTimeout> | null = null;
	#stopped = false;
	#subscriptions: Unsubscribe[] = [];

	constructor(backend: Backend) {
		this.#backend = backend;
	}

	/** The connection that is looked at; null for all. */
	get connection(): string | null {
		return this.#connection;
	}
	get period(): Period {
		return this.#period;
	}
	/** Newest first; null until known. */
	get runs(): readonly RunReport[] | null {
		return this.#runs;
	}
	get found(): Findings | null {
		return this.#found;
	}
	/** The problems met by the connection that is looked at. */
	get met(): readonly MetProblem[] {
		return this.#met;
	}
	get problem(): Problem | null {
		return this.#problem;
	}
	/** Whether there may be earlier ones. */
	get more(): boolean {
		return this.#more;
	}
	get busy(): boolean {
		return this.#busy;
	}

	async start(): Promise<void> {
		const subscriptions = await Promise.all([
			this.#backend.on('connections_changed', () => this.#soon()),
			this.#backend.on('directory_changed', () => this.#soon()),
		]);
		if (this.#stopped) for (const unsubscribe of subscriptions) unsubscribe();
		else this.#subscriptions = subscriptions;
		await this.load();
	}

	stop(): void {
		this.#stopped = true;
		this.#asked++;
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		this.#subscriptions = [];
		if (this.#timer !== null) clearTimeout(this.#timer);
	}

	choose(connection: string | null): void {
		if (connection === this.#connection) return;
		this.#connection = connection;
		this.#runs = null;
		this.#met = [];
		void this.load();
	}

	since(period: Period): void {
		if (period === this.#period) return;
		this.#period = period;
		void this.load();
	}

	/** Asks for what is newest; earlier runs that were paged in stay. */
	async load(): Promise<void> {
		const asked = ++this.#asked;
		const [connection, begin] = [this.#connection, beginOf(this.#period, Date.now()).toISOString()];
		try {
			const [found, newest, met] = await Promise.all([
				this.#backend.foundSince(connection, begin),
				this.#backend.syncRuns(connection, null, PAGE),
				connection === null ? [] : this.#backend.metProblems(connection),
			]);
			if (asked !== this.#asked) return;
			this.#found = found;
			this.#met = met;
			const last = newest.at(-1);
			const earlier = newest.length === PAGE && last ? (this.#runs ?? []).filter(({ id }) => id < last.id) : [];
			this.#runs = [...newest, ...earlier];
			if (earlier.length === 0) this.#more = newest.length === PAGE;
			this.#problem = null;
		} catch (error) {
			this.#failed(asked, error);
		}
	}

	/** One more page of earlier runs. */
	async loadEarlier(): Promise<void> {
		const [connection, last] = [this.#connection, this.#runs?.at(-1)];
		if (this.#busy || !last) return;
		this.#busy = true;
		try {
			const earlier = await this.#backend.syncRuns(connection, last.id, PAGE);
			const runs = this.#runs;
			// Another connection was chosen meanwhile.
			if (connection !== this.#connection || runs?.at(-1)?.id !== last.id) return;
			this.#runs = [...runs, ...earlier];
			this.#more = earlier.length === PAGE;
		} catch (error) {
			this.#failed(this.#asked, error);
		} finally {
			this.#busy = false;
		}
	}

	#failed(asked: number, error: unknown): void {
		const problem = problemOf(error);
		// Locked or closed meanwhile: that has a screen of its own.
		if (asked !== this.#asked || problem.code === 'passphrase_needed' || problem.code === 'cancelled') return;
		// The connection that was looked at is gone.
		if (problem.code === 'not_found' && this.#connection !== null) this.choose(null);
		else this.#problem = problem;
	}

	#soon(): void {
		if (this.#timer !== null || this.#stopped) return;
		this.#timer = setTimeout(() => {
			this.#timer = null;
			void this.load();
		}, REFRESH_EVERY);
	}
}
