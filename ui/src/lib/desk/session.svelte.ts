/**
 * What the window is about: the app's state, the connections, the views' counts and the preferences.
 *
 * It subscribes before it asks, so that no change falls between the two, and knows nothing of elements. The customers
 * themselves are the search session's.
 */
import { type Backend, problemOf, type Unsubscribe } from '$lib/backend/backend';
import type { AppState, ConnectionDraft, ConnectionView, Preferences, Problem, ProviderDescription, View } from '$lib/backend/bindings';
import { Notices } from '$lib/notice/notices.svelte';
import { chooseLanguage, setLanguage } from '$lib/settings/language.svelte';
import { applyTheme } from '$lib/settings/theme';

/** Least time between two countings of the views, in milliseconds: counts that flicker are of no use to anybody. */
const COUNT_EVERY = 600;

/** A dragged border or column is remembered once it rests this long, in milliseconds. */
const REMEMBER_AFTER = 400;

/** `loading` until the app's state is there and the book has been opened. */
export type Phase = 'loading' | 'failed' | 'closed' | 'welcome' | 'open';

export class DeskSession {
	readonly backend: Backend;
	readonly notices = new Notices();

	#state = $state.raw<AppState | null>(null);
	#connections = $state.raw<readonly ConnectionView[]>([]);
	#counts = $state.raw<ReadonlyMap<View | number, number>>(new Map());
	#preferences = $state.raw<Preferences | null>(null);
	#failure = $state.raw<Problem | null>(null);
	/** A change of the whole desk is under way: opening again, the demo. */
	#changing = $state(false);

	#systemLanguages: readonly string[];
	#subscriptions: Unsubscribe[] = [];
	#stopped = false;
	#loads = 0;
	#counting: ReturnType<typeof setTimeout> | null = null;
	#remembering: ReturnType<typeof setTimeout> | null = null;

	constructor(backend: Backend, systemLanguages: readonly string[] = navigator.languages) {
		this.backend = backend;
		this.#systemLanguages = systemLanguages;
	}

	get phase(): Phase {
		if (this.#state === null) return this.#failure ? 'failed' : 'loading';
		const { desk } = this.#state;
		if (desk.state === 'opening') return 'loading';
		if (desk.state === 'closed') return 'closed';
		return !desk.demo && this.#connections.length === 0 ? 'welcome' : 'open';
	}
	/** Why the app's state could not be had, or why the desk is closed. */
	get problem(): Problem | null {
		if (this.#failure) return this.#failure;
		return this.#state?.desk.state === 'closed' ? this.#state.desk.problem : null;
	}
	get demo(): boolean {
		return this.#state?.desk.state === 'open' && this.#state.desk.demo;
	}
	get changing(): boolean {
		return this.#changing;
	}
	get connections(): readonly ConnectionView[] {
		return this.#connections;
	}
	get providers(): readonly ProviderDescription[] {
		return this.#state?.providers ?? [];
	}
	get version(): string {
		return this.#state?.version ?? '';
	}
	get profile(): string {
		return this.#state?.profile ?? '';
	}
	get languageOverride(): AppState['languageOverride'] {
		return this.#state?.languageOverride ?? null;
	}
	/** The language that the system asks for, whatever has been chosen. */
	get systemLanguage(): ReturnType<typeof chooseLanguage> {
		return chooseLanguage(null, null, this.#systemLanguages);
	}
	get preferences(): Preferences {
		return (
			this.#preferences ?? {
				theme: 'system',
				language: null,
				sidebarWidth: 232,
				detailWidth: 380,
				columns: [],
				rows: 'normal',
				savedView: null,
			}
		);
	}
	/** How many customers a built-in view, or the saved view of an id, has; null until counted. */
	count(view: View | number): number | null {
		return this.#counts.get(view) ?? null;
	}

	/** Listens, and asks for the first time. */
	async start(): Promise<void> {
		const subscriptions = await Promise.all([
			this.backend.on('connections_changed', ({ connections }) => {
				this.#connections = connections;
			}),
			this.backend.on('directory_changed', () => this.#countSoon()),
			this.backend.on('desk_changed', () => {
				// Whoever makes the change asks for the state when it is made.
				if (!this.#changing) void this.#load();
			}),
		]);
		if (this.#stopped) for (const unsubscribe of subscriptions) unsubscribe();
		else this.#subscriptions = subscriptions;
		await this.#load();
	}

	/** Ends listening, and writes down what is not yet remembered. */
	stop(): void {
		this.#stopped = true;
		for (const unsubscribe of this.#subscriptions) unsubscribe();
		this.#subscriptions = [];
		if (this.#counting !== null) clearTimeout(this.#counting);
		this.#rememberNow();
	}

	/** Another try to open the desk, or to get the app's state. */
	retry(): Promise<void> {
		return this.#change(async () => {
			if (this.#state?.desk.state === 'closed') await this.backend.retryOpen();
		});
	}

	startDemo(): Promise<void> {
		return this.#change(() => this.backend.startDemo());
	}

	leaveDemo(): Promise<void> {
		return this.#change(() => this.backend.leaveDemo());
	}

	// Connections. Problems of a form belong beside its fields, so saving throws; the rest is told as a notice.

	async saveConnection(draft: ConnectionDraft, existing: string | null): Promise<string> {
		const id = await this.backend.saveConnection(draft, existing);
		await this.#refreshConnections();
		return id;
	}

	async removeConnection(id: string): Promise<void> {
		await this.backend.removeConnection(id);
		await this.#refreshConnections();
	}

	async syncNow(id: string): Promise<void> {
		await this.#told(this.backend.syncNow(id));
	}

	async stopSync(id: string): Promise<void> {
		await this.#told(this.backend.stopSync(id));
	}

	// Preferences.

	/** Takes a change at once and writes it down when no further one comes. */
	prefer(change: Partial<Preferences>): void {
		this.#preferences = { ...this.preferences, ...change };
		this.#applyPreferences();
		if (this.#remembering !== null) clearTimeout(this.#remembering);
		this.#remembering = setTimeout(() => this.#rememberNow(), REMEMBER_AFTER);
	}

	#applyPreferences(): void {
		const { theme, language } = this.preferences;
		applyTheme(theme);
		setLanguage(chooseLanguage(this.languageOverride, language, this.#systemLanguages));
	}

	#rememberNow(): void {
		if (this.#remembering === null) return;
		clearTimeout(this.#remembering);
		this.#remembering = null;
		void this.#told(this.backend.savePreferences(this.preferences));
	}

	async #load(): Promise<void> {
		const asked = ++this.#loads;
		try {
			const state = await this.backend.appState();
			if (this.#stopped || asked !== this.#loads) return;
			this.#failure = null;
			this.#state = state;
			this.#connections = state.desk.state === 'open' ? state.desk.connections : [];
			// What a person has changed since is newer than what the state says.
			if (this.#remembering === null) this.#preferences = state.preferences;
			this.#applyPreferences();
			if (state.desk.state === 'open') await this.#countNow();
		} catch (error) {
			if (this.#stopped || asked !== this.#loads) return;
			this.#failure = problemOf(error);
			setLanguage(chooseLanguage(null, null, this.#systemLanguages));
		}
	}

	async #change(work: () => Promise<void>): Promise<void> {
		if (this.#changing) return;
		this.#changing = true;
		try {
			await this.#told(work());
			await this.#load();
		} finally {
			this.#changing = false;
		}
	}

	async #refreshConnections(): Promise<void> {
		await this.#told(
			this.backend.connections().then((connections) => {
				this.#connections = connections;
			}),
		);
	}

	#countSoon(): void {
		if (this.#counting !== null || this.#stopped) return;
		this.#counting = setTimeout(() => {
			this.#counting = null;
			void this.#countNow();
		}, COUNT_EVERY);
	}

	/** Counts the views anew, because there are others now. */
	countViews(): Promise<void> {
		return this.#countNow();
	}

	async #countNow(): Promise<void> {
		await this.#told(
			Promise.all([this.backend.viewCounts(), this.backend.savedViewCounts()]).then(([counts, saved]) => {
				const builtIn = counts.map(({ view, count }) => [view, count] as const);
				this.#counts = new Map<View | number, number>([...builtIn, ...saved.map(({ id, count }) => [id, count] as const)]);
			}),
		);
	}

	/** Waits for it and tells of a problem; while the desk is closed, its own screen already tells. */
	async #told(work: Promise<void>): Promise<void> {
		try {
			await work;
		} catch (error) {
			const problem = problemOf(error);
			if (problem.code === 'cancelled' || this.#stopped) return;
			const closed = this.#state?.desk.state === 'closed' && this.#state.desk.problem.code === problem.code;
			if (!closed) this.notices.problem(problem);
		}
	}
}
