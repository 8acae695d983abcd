/**
 * A backend in memory, for component tests and for looking at screens in a browser. It keeps what it is given and finds
 * what is there; only its customers are invented. Never part of the production bundle: main.ts asks for it in no other
 * mode, and bundle.test.ts looks.
 */
import { USUAL_PREFERENCES } from '$lib/settings/preferences.svelte';
import { type Backend, ProblemError } from './backend';
import type {
	AppState,
	ConnectionView,
	CustomerDetail,
	DeskState,
	Preferences,
	Problem,
	Query,
	RowSpan,
	Rows,
	RowText,
	SavedView,
	SavedViewCount,
	Scenario,
	ScenarioChoice,
	SearchAnswer,
	View,
	ViewCount,
	ViewDraft,
} from './bindings';
import { crossed } from './fake/answers';
import { FAKE_CONNECTIONS, FAKE_PROVIDERS } from './fake/connections';
import { type Found, find, inView } from './fake/find';
import type { FakeKeepingOptions } from './fake/keeping';
import { linesOf } from './fake/lines';
import { type Book, detailOf, inventBook } from './fake/people';
import { FakeUpkeep } from './fake/upkeep';
import { FakeViews } from './fake/views';

export { FAKE_CONNECTIONS, FAKE_PROVIDERS, fakeConnection } from './fake/connections';
export { FAKE_PASSPHRASE, FAKE_RECOVERY } from './fake/protection';

export type FakeOptions = FakeKeepingOptions & {
	customers?: number;
	seed?: number;
	now?: number;
	version?: string;
	languageOverride?: AppState['languageOverride'];
	preferences?: Partial<Preferences>;
	/** Connections that exist at the start; none gives the welcome screen. */
	connections?: readonly ConnectionView[];
	demo?: boolean;
	/** The desk is closed for this reason until `retryOpen` is called with `opens` true. */
	closed?: Problem | null;
	/** Whether a closed desk may be opened with a sealed vault. */
	vaultPossible?: boolean;
	/** The desk is still being opened until `finishOpening` is called. */
	opening?: boolean;
	/** Each answer takes this long, in milliseconds; 0 answers in the next microtask. */
	delay?: number;
};

/** Results that `rows` still knows, as the desk keeps the last few. */
const KEPT_RESULTS = 4;

export class FakeBackend extends FakeUpkeep implements Backend {
	preferences: Preferences;
	readonly views = new FakeViews();

	#options: FakeOptions;
	#book: Book;
	#closed: Problem | null;
	#opening: boolean;
	#now: number;
	#next = 1;
	#version = 1;
	#results = new Map<number, Found[]>();
	#scenarios = new Map<string, Scenario | null>();
	constructor(options: FakeOptions = {}) {
		const now = options.now ?? Date.now();
		super(options, options.connections ?? FAKE_CONNECTIONS, now);
		this.#options = options;
		this.#now = now;
		this.delay = options.delay ?? 0;
		this.demo = options.demo ?? false;
		this.#closed = options.closed ?? null;
		this.#opening = options.opening ?? false;
		this.preferences = { ...USUAL_PREFERENCES, ...options.preferences };
		this.#book = this.#invent();
	}

	// What a test or the development page does to it.

	/** Lets a closed desk open at the next try. */
	reopen(): void {
		this.#closed = null;
	}

	/** Ends the opening and says so. */
	finishOpening(): void {
		this.#opening = false;
		this.emit('desk_changed', {});
	}

	/** Changes the customers and says so. Results given out before no longer exist. */
	changeDirectory(change: (book: Book) => void = () => {}): void {
		change(this.#book);
		this.#results.clear();
		this.#version++;
		this.emit('directory_changed', { version: this.#version });
	}

	// The backend.

	appState(): Promise<AppState> {
		return this.answer('appState', [], () => ({
			version: this.#options.version ?? '0.1.0',
			languageOverride: this.#options.languageOverride ?? null,
			profile: '/home/officer/.local/share/vouch',
			typedKey: '',
			desk: this.#desk(),
			providers: FAKE_PROVIDERS,
			preferences: this.preferences,
		}));
	}

	windowReady(): Promise<void> {
		return this.answer('windowReady', [], () => {});
	}

	retryOpen(): Promise<void> {
		return this.answer('retryOpen', [], () => {
			if (this.#closed) throw new ProblemError(this.#closed);
		});
	}

	startDemo(): Promise<void> {
		return this.answer('startDemo', [], () => {
			this.demo = true;
			this.list = FAKE_CONNECTIONS.map((connection) => ({
				...connection,
				id: `demo-${connection.id}`,
				environment: 'custom',
				baseUrl: 'http://127.0.0.1:7001',
			}));
			this.restock();
		});
	}

	leaveDemo(): Promise<void> {
		return this.answer('leaveDemo', [], () => {
			this.demo = false;
			this.list = [...(this.#options.connections ?? FAKE_CONNECTIONS)];
			this.restock();
		});
	}

	savePreferences(preferences: Preferences): Promise<void> {
		return this.answer('savePreferences', [preferences], () => {
			this.preferences = crossed(preferences);
		});
	}

	syncNow(connection: string): Promise<void> {
		return this.answer('syncNow', [connection], () => {
			this.known(connection);
			this.updateConnection(connection, { state: 'syncing', problem: null, secondsLeft: 660 });
		});
	}

	stopSync(connection: string): Promise<void> {
		return this.answer('stopSync', [connection], () => {
			this.known(connection);
			this.updateConnection(connection, { state: 'idle', secondsLeft: null });
		});
	}

	search(query: Query, first: number): Promise<SearchAnswer> {
		return this.answer('search', [query, first], () => {
			const { found, facets } = find(this.#book.people, query, this.#now);
			const result = this.#next++;
			this.#results.set(result, found);
			for (const old of this.#results.keys()) {
				if (this.#results.size <= KEPT_RESULTS) break;
				this.#results.delete(old);
			}
			return { result, total: found.length, all: this.#book.people.length, facets, rows: this.#window(found, 0, first) };
		});
	}

	rows(result: number, from: number, count: number): Promise<Rows> {
		return this.answer('rows', [result, from, count], () => {
			return { from, rows: this.#window(this.#kept(result), from, count) };
		});
	}

	viewCounts(): Promise<ViewCount[]> {
		return this.answer('viewCounts', [], () => {
			const views: View[] = ['all', 'needs_review', 'pending_long', 'rejected_paying', 'disagree', 'blocked'];
			return views.map((view) => ({ view, count: this.#book.people.filter(({ row }) => inView(row, view, this.#now)).length }));
		});
	}

	customer(key: number): Promise<CustomerDetail> {
		return this.answer('customer', [key], () => {
			const person = this.#book.people.find(({ row }) => row.key === key);
			if (!person) throw new ProblemError({ code: 'not_found', words: null });
			return detailOf(this.#book, person);
		});
	}

	rowsAsText(result: number, spans: RowSpan[], text: RowText): Promise<string> {
		return this.answer('rowsAsText', [result, spans, text], () => {
			const found = this.#kept(result);
			const rows = spans.flatMap(({ first, last }) => found.slice(first, last + 1).map(({ person }) => person.row));
			return linesOf(rows, text);
		});
	}

	selectAgain(from: number, to: number, spans: RowSpan[]): Promise<RowSpan[]> {
		return this.answer('selectAgain', [from, to, spans], () => {
			const before = this.#kept(from);
			const keys = new Set(spans.flatMap(({ first, last }) => before.slice(first, last + 1).map(({ person }) => person.row.key)));
			const moved: RowSpan[] = [];
			for (const [at, { person }] of this.#kept(to).entries()) {
				if (!keys.has(person.row.key)) continue;
				const span = moved.at(-1);
				if (span?.last === at - 1) span.last = at;
				else moved.push({ first: at, last: at });
			}
			return moved;
		});
	}

	savedViews(): Promise<SavedView[]> {
		return this.answer('savedViews', [], () => this.views.list);
	}

	savedViewCounts(): Promise<SavedViewCount[]> {
		return this.answer('savedViewCounts', [], () =>
			this.views.list.map(({ id, query }) => ({ id, count: find(this.#book.people, query, this.#now).found.length })),
		);
	}

	saveView(draft: ViewDraft, existing: number | null): Promise<SavedView> {
		return this.answer('saveView', [draft, existing], () => this.views.save(draft, existing));
	}

	orderViews(ids: number[]): Promise<void> {
		return this.answer('orderViews', [ids], () => this.views.order(ids));
	}

	removeView(view: number): Promise<void> {
		return this.answer('removeView', [view], () => this.views.remove(view));
	}

	shareView(view: number, path: string, replace: boolean): Promise<string> {
		return this.answer('shareView', [view, path, replace], () => this.views.share(view, path, replace));
	}

	takeViewIn(path: string): Promise<SavedView> {
		return this.answer('takeViewIn', [path], () => this.views.takeIn(path));
	}

	scenarios(connection: string): Promise<ScenarioChoice> {
		return this.answer('scenarios', [connection], () => {
			this.known(connection);
			return { offered: ['outage', 'refused_keys', 'slow_answers'], playing: this.#scenarios.get(connection) ?? null };
		});
	}

	playScenario(connection: string, scenario: Scenario | null): Promise<void> {
		return this.answer('playScenario', [connection, scenario], () => {
			this.known(connection);
			this.#scenarios.set(connection, scenario);
		});
	}

	#desk(): DeskState {
		if (this.#opening) return { state: 'opening' };
		const { gate } = this.protecting;
		if (gate) return { state: 'locked', gate };
		if (this.#closed) {
			const bookReplaceable = ['book_damaged', 'book_key_missing', 'book_key_wrong'].includes(this.#closed.code);
			const vaultPossible = !bookReplaceable && (this.#options.vaultPossible ?? false);
			return { state: 'closed', problem: this.#closed, vaultPossible, bookReplaceable };
		}
		return { state: 'open', demo: this.demo, connections: this.list };
	}

	#kept(result: number): Found[] {
		const found = this.#results.get(result);
		if (!found) throw new ProblemError({ code: 'result_gone', words: null });
		return found;
	}

	#window(found: Found[], from: number, count: number) {
		return found.slice(from, from + count).map(({ person, highlights }) => ({ ...person.row, highlights }));
	}

	#invent(): Book {
		if (this.list.length === 0) return { people: [], others: new Map() };
		const book = inventBook(this.#options.customers ?? 3000, this.list, this.#options.seed ?? 1, this.#now);
		this.list = this.list.map((connection) => {
			if (connection.synced > 0) return connection;
			const synced = book.people.filter(({ row }) => row.connection === connection.id).length;
			return { ...connection, synced, total: connection.total ?? synced };
		});
		return book;
	}

	protected get size(): { connections: number; customers: number } {
		return { connections: this.list.length, customers: this.#book.people.length };
	}

	protected turn(open: boolean, mended = true): void {
		if (open && mended) this.#closed = null;
		if (!open) this.#results.clear();
		this.emit('desk_changed', {});
		if (open && this.#closed) throw new ProblemError(this.#closed);
	}

	protected restock(): void {
		this.#book = this.#invent();
		this.#results.clear();
		this.#version++;
		this.emit('directory_changed', { version: this.#version });
	}
}
