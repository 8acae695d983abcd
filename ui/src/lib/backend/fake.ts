/**
 * A backend in memory, for component tests and for looking at screens in a browser. It keeps what it is given and finds
 * what is there; only its customers are invented. Never part of the production bundle: main.ts asks for it in no other
 * mode, and bundle.test.ts looks.
 */
import { type Backend, type BackendEvents, ProblemError, type Unsubscribe } from './backend';
import type {
	AppState,
	ConnectionCheck,
	ConnectionDraft,
	ConnectionView,
	CustomerDetail,
	DeskState,
	Preferences,
	Problem,
	ProviderDescription,
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
import { type Found, find, inView } from './fake/find';
import { linesOf } from './fake/lines';
import { type Book, detailOf, inventBook } from './fake/people';
import { FakeViews } from './fake/views';

export const FAKE_PROVIDERS: ProviderDescription[] = [
	{
		id: 'loveandpay',
		name: 'Love&Pay',
		liveUrl: 'https://api.loveandpay.example',
		sandboxUrl: 'https://sandbox.loveandpay.example',
		keyPrefix: 'pk_',
		secretPrefix: 'sk_',
		requestsPerMinute: 100,
		requestsPerHour: 1000,
		silentOn: [],
	},
	{
		id: 'cryptopocket',
		name: 'Cryptopocket',
		liveUrl: null,
		sandboxUrl: null,
		keyPrefix: null,
		secretPrefix: null,
		requestsPerMinute: null,
		requestsPerHour: null,
		silentOn: ['phone', 'trust', 'blocked'],
	},
];

export const USUAL_PREFERENCES: Preferences = { theme: 'system', language: null, sidebarWidth: 232, detailWidth: 380, columns: [] };

export function fakeConnection(over: Partial<ConnectionView> = {}): ConnectionView {
	return {
		id: 'c1',
		provider: 'loveandpay',
		environment: 'live',
		label: '',
		baseUrl: 'https://api.loveandpay.example',
		keyTail: '9f3a',
		requestsPerMinute: null,
		requestsPerHour: null,
		state: 'idle',
		synced: 0,
		total: null,
		secondsLeft: null,
		rejected: 0,
		lastSynced: new Date(Date.now() - 2 * 60_000).toISOString(),
		waitingUntil: null,
		problem: null,
		...over,
	};
}

export const FAKE_CONNECTIONS: readonly ConnectionView[] = [
	fakeConnection(),
	fakeConnection({ id: 'c2', provider: 'cryptopocket', environment: 'sandbox', baseUrl: 'https://cp.example', keyTail: '' }),
];

export type FakeOptions = {
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
	/** The desk is still being opened until `finishOpening` is called. */
	opening?: boolean;
	/** Each answer takes this long, in milliseconds; 0 answers in the next microtask. */
	delay?: number;
};

type Method = Exclude<keyof Backend, 'on'>;

/** Results that `rows` still knows, as the desk keeps the last few. */
const KEPT_RESULTS = 4;

export class FakeBackend implements Backend {
	/** What was asked, in order. */
	readonly calls: { method: Method; args: unknown[] }[] = [];
	preferences: Preferences;
	readonly views = new FakeViews();

	#options: FakeOptions;
	#connections: ConnectionView[];
	#book: Book;
	#demo: boolean;
	#closed: Problem | null;
	#opening: boolean;
	#now: number;
	#next = 1;
	#version = 1;
	#results = new Map<number, Found[]>();
	#scenarios = new Map<string, Scenario | null>();
	#failures = new Map<Method, Problem[]>();
	#check: ConnectionCheck | Problem = { customers: 48_100 };
	#handlers: { [E in keyof BackendEvents]: Set<(payload: BackendEvents[E]) => void> } = {
		directory_changed: new Set(),
		connections_changed: new Set(),
		desk_changed: new Set(),
	};

	constructor(options: FakeOptions = {}) {
		this.#options = options;
		this.#now = options.now ?? Date.now();
		this.#connections = [...(options.connections ?? FAKE_CONNECTIONS)];
		this.#demo = options.demo ?? false;
		this.#closed = options.closed ?? null;
		this.#opening = options.opening ?? false;
		this.preferences = { ...USUAL_PREFERENCES, ...options.preferences };
		this.#book = this.#invent();
	}

	// What a test or the development page does to it.

	/** The next call of this method fails so. */
	failNext(method: Method, problem: Problem): void {
		this.#failures.set(method, [...(this.#failures.get(method) ?? []), problem]);
	}

	/** What a connection test finds. */
	set check(check: ConnectionCheck | Problem) {
		this.#check = check;
	}

	/** Lets a closed desk open at the next try. */
	reopen(): void {
		this.#closed = null;
	}

	/** Ends the opening and says so. */
	finishOpening(): void {
		this.#opening = false;
		this.emit('desk_changed', {});
	}

	/** Changes a connection and says so, as a running sync does. */
	updateConnection(id: string, change: Partial<ConnectionView>): void {
		this.#connections = this.#connections.map((connection) => (connection.id === id ? { ...connection, ...change } : connection));
		this.emit('connections_changed', { connections: this.#connections });
	}

	/** Changes the customers and says so. Results given out before no longer exist. */
	changeDirectory(change: (book: Book) => void = () => {}): void {
		change(this.#book);
		this.#results.clear();
		this.#version++;
		this.emit('directory_changed', { version: this.#version });
	}

	emit<E extends keyof BackendEvents>(event: E, payload: BackendEvents[E]): void {
		for (const handler of [...this.#handlers[event]]) handler(payload);
	}

	/** How often a method was called. */
	count(method: Method): number {
		return this.calls.filter((call) => call.method === method).length;
	}

	// The backend.

	appState(): Promise<AppState> {
		return this.#answer('appState', [], () => ({
			version: this.#options.version ?? '0.1.0',
			languageOverride: this.#options.languageOverride ?? null,
			profile: '/home/officer/.local/share/vouch',
			desk: this.#desk(),
			providers: FAKE_PROVIDERS,
			preferences: this.preferences,
		}));
	}

	windowReady(): Promise<void> {
		return this.#answer('windowReady', [], () => {});
	}

	retryOpen(): Promise<void> {
		return this.#answer('retryOpen', [], () => {
			if (this.#closed) throw new ProblemError(this.#closed);
		});
	}

	startDemo(): Promise<void> {
		return this.#answer('startDemo', [], () => {
			this.#demo = true;
			this.#connections = FAKE_CONNECTIONS.map((connection) => ({
				...connection,
				id: `demo-${connection.id}`,
				environment: 'custom',
				baseUrl: 'http://127.0.0.1:7001',
			}));
			this.#restock();
		});
	}

	leaveDemo(): Promise<void> {
		return this.#answer('leaveDemo', [], () => {
			this.#demo = false;
			this.#connections = [...(this.#options.connections ?? FAKE_CONNECTIONS)];
			this.#restock();
		});
	}

	savePreferences(preferences: Preferences): Promise<void> {
		return this.#answer('savePreferences', [preferences], () => {
			this.preferences = crossed(preferences);
		});
	}

	testConnection(draft: ConnectionDraft, existing: string | null): Promise<ConnectionCheck> {
		return this.#answer('testConnection', [draft, existing], () => {
			this.#refuseBadDraft(draft, existing);
			if ('code' in this.#check) throw new ProblemError(this.#check);
			return this.#check;
		});
	}

	saveConnection(draft: ConnectionDraft, existing: string | null): Promise<string> {
		return this.#answer('saveConnection', [draft, existing], () => {
			this.#refuseBadDraft(draft, existing);
			const provider = FAKE_PROVIDERS.find((candidate) => candidate.id === draft.provider);
			const known = draft.environment === 'live' ? provider?.liveUrl : draft.environment === 'sandbox' ? provider?.sandboxUrl : null;
			const fields = {
				provider: draft.provider,
				environment: draft.environment,
				label: draft.label,
				baseUrl: known ?? draft.baseUrl,
				requestsPerMinute: draft.requestsPerMinute,
				requestsPerHour: draft.requestsPerHour,
				...(draft.apiKey ? { keyTail: draft.apiKey.slice(-4) } : {}),
			};
			const id = existing ?? `n${this.#next++}`;
			if (existing) this.#connections = this.#connections.map((one) => (one.id === existing ? { ...one, ...fields } : one));
			else this.#connections = [...this.#connections, fakeConnection({ ...fields, id, state: 'syncing', lastSynced: null })];
			this.emit('connections_changed', { connections: this.#connections });
			this.#restock();
			return id;
		});
	}

	removeConnection(connection: string): Promise<void> {
		return this.#answer('removeConnection', [connection], () => {
			this.#known(connection);
			this.#connections = this.#connections.filter((one) => one.id !== connection);
			this.emit('connections_changed', { connections: this.#connections });
			this.#restock();
		});
	}

	connections(): Promise<ConnectionView[]> {
		return this.#answer('connections', [], () => this.#connections);
	}

	syncNow(connection: string): Promise<void> {
		return this.#answer('syncNow', [connection], () => {
			this.#known(connection);
			this.updateConnection(connection, { state: 'syncing', problem: null, secondsLeft: 660 });
		});
	}

	stopSync(connection: string): Promise<void> {
		return this.#answer('stopSync', [connection], () => {
			this.#known(connection);
			this.updateConnection(connection, { state: 'idle', secondsLeft: null });
		});
	}

	search(query: Query, first: number): Promise<SearchAnswer> {
		return this.#answer('search', [query, first], () => {
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
		return this.#answer('rows', [result, from, count], () => {
			return { from, rows: this.#window(this.#kept(result), from, count) };
		});
	}

	viewCounts(): Promise<ViewCount[]> {
		return this.#answer('viewCounts', [], () => {
			const views: View[] = ['all', 'needs_review', 'pending_long', 'rejected_paying', 'disagree', 'blocked'];
			return views.map((view) => ({ view, count: this.#book.people.filter(({ row }) => inView(row, view, this.#now)).length }));
		});
	}

	customer(key: number): Promise<CustomerDetail> {
		return this.#answer('customer', [key], () => {
			const person = this.#book.people.find(({ row }) => row.key === key);
			if (!person) throw new ProblemError({ code: 'not_found', words: null });
			return detailOf(this.#book, person);
		});
	}

	rowsAsText(result: number, spans: RowSpan[], text: RowText): Promise<string> {
		return this.#answer('rowsAsText', [result, spans, text], () => {
			const found = this.#kept(result);
			const rows = spans.flatMap(({ first, last }) => found.slice(first, last + 1).map(({ person }) => person.row));
			return linesOf(rows, text);
		});
	}

	selectAgain(from: number, to: number, spans: RowSpan[]): Promise<RowSpan[]> {
		return this.#answer('selectAgain', [from, to, spans], () => {
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
		return this.#answer('savedViews', [], () => this.views.list);
	}

	savedViewCounts(): Promise<SavedViewCount[]> {
		return this.#answer('savedViewCounts', [], () =>
			this.views.list.map(({ id, query }) => ({ id, count: find(this.#book.people, query, this.#now).found.length })),
		);
	}

	saveView(draft: ViewDraft, existing: number | null): Promise<SavedView> {
		return this.#answer('saveView', [draft, existing], () => this.views.save(draft, existing));
	}

	orderViews(ids: number[]): Promise<void> {
		return this.#answer('orderViews', [ids], () => this.views.order(ids));
	}

	removeView(view: number): Promise<void> {
		return this.#answer('removeView', [view], () => this.views.remove(view));
	}

	suggestedViewPath(name: string): Promise<string> {
		return this.#answer('suggestedViewPath', [name], () => `/home/officer/Documents/${name}.vouch-view.json`);
	}

	shareView(view: number, path: string, replace: boolean): Promise<void> {
		return this.#answer('shareView', [view, path, replace], () => this.views.share(view, path, replace));
	}

	takeViewIn(path: string): Promise<SavedView> {
		return this.#answer('takeViewIn', [path], () => this.views.takeIn(path));
	}

	scenarios(connection: string): Promise<ScenarioChoice> {
		return this.#answer('scenarios', [connection], () => {
			this.#known(connection);
			return { offered: ['outage', 'refused_keys', 'slow_answers'], playing: this.#scenarios.get(connection) ?? null };
		});
	}

	playScenario(connection: string, scenario: Scenario | null): Promise<void> {
		return this.#answer('playScenario', [connection, scenario], () => {
			this.#known(connection);
			this.#scenarios.set(connection, scenario);
		});
	}

	async on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe> {
		this.#handlers[event].add(handler);
		return () => {
			this.#handlers[event].delete(handler);
		};
	}

	async #answer<T>(method: Method, args: unknown[], work: () => T): Promise<T> {
		this.calls.push({ method, args: crossed(args) });
		const { delay = 0 } = this.#options;
		if (delay > 0) await new Promise((resolve) => setTimeout(resolve, delay));
		const failure = this.#failures.get(method)?.shift();
		if (failure) throw new ProblemError(failure);
		return crossed(work());
	}

	#desk(): DeskState {
		if (this.#opening) return { state: 'opening' };
		if (this.#closed) return { state: 'closed', problem: this.#closed };
		return { state: 'open', demo: this.#demo, connections: this.#connections };
	}

	#kept(result: number): Found[] {
		const found = this.#results.get(result);
		if (!found) throw new ProblemError({ code: 'result_gone', words: null });
		return found;
	}

	#window(found: Found[], from: number, count: number) {
		return found.slice(from, from + count).map(({ person, highlights }) => ({ ...person.row, highlights }));
	}

	#refuseBadDraft(draft: ConnectionDraft, existing: string | null): void {
		const provider = FAKE_PROVIDERS.find((candidate) => candidate.id === draft.provider);
		const known = draft.environment === 'live' ? provider?.liveUrl : draft.environment === 'sandbox' ? provider?.sandboxUrl : null;
		if (!known) {
			const fault = addressFault(draft.baseUrl);
			if (fault) throw new ProblemError({ code: 'bad_address', fault, words: null });
		}
		if (existing && !draft.apiKey && !draft.apiSecret) return;
		if (!draft.apiKey) throw new ProblemError({ code: 'bad_input', field: 'api_key', words: null });
		if (!draft.apiSecret) throw new ProblemError({ code: 'bad_input', field: 'api_secret', words: null });
	}

	#known(connection: string): void {
		if (!this.#connections.some((one) => one.id === connection)) throw new ProblemError({ code: 'not_found', words: null });
	}

	#invent(): Book {
		if (this.#connections.length === 0) return { people: [], others: new Map() };
		const book = inventBook(this.#options.customers ?? 3000, this.#connections, this.#options.seed ?? 1, this.#now);
		this.#connections = this.#connections.map((connection) => {
			if (connection.synced > 0) return connection;
			const synced = book.people.filter(({ row }) => row.connection === connection.id).length;
			return { ...connection, synced, total: connection.total ?? synced };
		});
		return book;
	}

	#restock(): void {
		this.#book = this.#invent();
		this.#results.clear();
		this.#version++;
		this.emit('directory_changed', { version: this.#version });
	}
}

function addressFault(address: string): Extract<Problem, { code: 'bad_address' }>['fault'] | null {
	if (!address.trim()) return 'empty';
	if (!address.includes('://')) return 'no_scheme';
	let url: URL;
	try {
		url = new URL(address);
	} catch {
		return 'malformed';
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'other_scheme';
	const here = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
	if (url.protocol === 'http:' && !here) return 'not_encrypted';
	if (url.username || url.password || url.search || url.hash) return 'extra_parts';
	return null;
}

/** A copy, as everything is that crosses a process boundary as JSON. */
function crossed<T>(value: T): T {
	return value === undefined ? value : JSON.parse(JSON.stringify(value));
}
