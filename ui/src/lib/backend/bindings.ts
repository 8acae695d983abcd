// Stand-in until the shell generates this file; the shapes are the agreed ones.
import { invoke } from '@tauri-apps/api/core';
import { type EventCallback, listen, type UnlistenFn } from '@tauri-apps/api/event';

export type Result<T, E> = { status: 'ok'; data: T } | { status: 'error'; error: E };

/** What went wrong, as a union told apart by `code`; `words` are the provider's own, for "Details". */
export type Problem =
	| { code: 'clock_skew'; byMs: number; words: ProviderWords | null }
	| { code: 'rate_limited'; until: string | null; words: ProviderWords | null }
	| { code: 'bad_answer'; fault: 'html' | 'not_json' | 'shape' | 'too_large' | 'truncated' | 'redirect'; words: ProviderWords | null }
	| { code: 'bad_address'; fault: 'empty' | 'no_scheme' | 'malformed' | 'not_encrypted' | 'other_scheme' | 'extra_parts'; words: ProviderWords | null }
	| { code: 'bad_input'; field: string; words: ProviderWords | null }
	| {
			code:
				| 'credentials_rejected' | 'ip_not_allowed' | 'domain_not_verified' | 'account_inactive' | 'provider_down' | 'refused'
				| 'offline' | 'not_found' | 'conflict' | 'cancelled' | 'keyring_locked' | 'keyring_missing' | 'keyring_denied'
				| 'keyring_silent' | 'credential_missing' | 'credential_needed' | 'book_key_missing' | 'book_key_wrong' | 'book_damaged' | 'book_newer'
				| 'disk_full' | 'disk_read_only' | 'disk' | 'result_gone' | 'internal';
			words: ProviderWords | null;
	  };

export type ProviderWords = { httpStatus: number | null; code: string | null; message: string | null; requestId: string | null };

export type Environment = 'live' | 'sandbox' | 'custom';

/** What a provider is and can do; the screens are drawn from this. */
export type ProviderDescription = {
	id: string; // 'loveandpay', 'cryptopocket'
	name: string; // 'Love&Pay', a proper name, never translated
	/** Known addresses; null where the provider hands the address over with the keys, then the form asks for it. */
	liveUrl: string | null;
	sandboxUrl: string | null;
	/** How a key and a secret of this provider begin, for placeholders: 'pk_', 'sk_'; null where they have no habit. */
	keyPrefix: string | null;
	secretPrefix: string | null;
	requestsPerMinute: number | null; // default budget
	requestsPerHour: number | null;
	/** Columns of which this provider never says anything: ['phone', 'trust', …]. */
	silentOn: Column[];
};

export type ConnectionDraft = {
	provider: string;
	environment: Environment;
	label: string;
	baseUrl: string; // used for 'custom', and where the provider has no known address
	/** Both empty while editing an existing connection: keep the stored ones. */
	apiKey: string;
	apiSecret: string;
	requestsPerMinute: number | null;
	requestsPerHour: number | null;
};

/** Outcome of a successful connection test. */
export type ConnectionCheck = { customers: number | null };

export type ConnectionState = 'idle' | 'syncing' | 'error' | 'offline' | 'waiting';

export type ConnectionView = {
	id: string;
	provider: string;
	environment: Environment;
	label: string; // may be empty: then show the provider's name and environment
	baseUrl: string;
	keyTail: string; // last four characters of the key id; may be empty
	requestsPerMinute: number | null;
	requestsPerHour: number | null;
	state: ConnectionState;
	synced: number; // customers seen in the running walk, or in the book when idle
	total: number | null; // what the provider announced
	secondsLeft: number | null; // of the running walk, where it can be said
	rejected: number; // records of the last walk that could not be read
	lastSynced: string | null; // ISO 8601, end of the last complete walk
	waitingUntil: string | null; // ISO 8601, in state 'waiting'
	problem: Problem | null; // in state 'error' and 'offline'
};

export type Desk =
	| { state: 'open'; demo: boolean; connections: ConnectionView[] }
	| { state: 'opening' } // being opened; the event deskChanged says when that has ended: ask appState() anew
	| { state: 'closed'; problem: Problem }; // keyring or book trouble; retryOpen() tries again

export type AppState = {
	version: string;
	languageOverride: Language | null; // --lang
	profile: string; // folder, for support
	desk: Desk;
	providers: ProviderDescription[];
	preferences: Preferences;
};

export type Language = 'en' | 'ru' | 'es';
export type Theme = 'system' | 'light' | 'dark';
export type Preferences = {
	theme: Theme;
	language: Language | null; // null: the system's
	sidebarWidth: number;
	detailWidth: number;
	/** Shown columns in order, with widths in CSS pixels. Empty: the defaults. */
	columns: ColumnChoice[];
};
export type ColumnChoice = { column: Column; width: number };

export type Column =
	| 'name' | 'email' | 'phone' | 'kyc' | 'provider' | 'trust' | 'payments' | 'paid' | 'last_payment' | 'created' | 'blocked' | 'id';

export type View = 'all' | 'needs_review' | 'pending_long' | 'rejected_paying' | 'disagree' | 'blocked';

export type Query = {
	text: string;
	view: View;
	connection: string | null;
	/** Facet values ("verified", "unknown:IN_REVIEW"); empty: no filter. Values of one facet are ORed, facets are ANDed. */
	kyc: string[];
	provider: string[];
	trust: string[]; // 'none' stands for customers without a level
	blocked: string[];
	sort: { column: Column; descending: boolean };
};

export type FacetCount = { value: string; count: number };
export type Facets = { kyc: FacetCount[]; provider: FacetCount[]; trust: FacetCount[]; blocked: FacetCount[] };

export type SearchAnswer = {
	result: number; // id for rows(); the desk keeps the last few
	total: number; // matches
	all: number; // customers in the book
	facets: Facets; // each facet counted under all the other filters
	rows: CustomerRow[]; // the first ones
};

export type Rows = { from: number; rows: CustomerRow[] };

/** Ranges [start, end) in UTF-16 units of the shown text. */
export type Highlights = { name: [number, number][]; email: [number, number][]; phone: [number, number][]; id: [number, number][] };

export type KycBadge = { status: 'verified' | 'pending' | 'rejected' | 'not_started' | 'unknown'; word: string | null };
export type TrustBadge = { level: 'new' | 'level_1' | 'level_2' | 'level_3' | 'unknown'; word: string | null };

export type CustomerRow = {
	key: number;
	connection: string;
	provider: string;
	id: string; // the provider's id
	name: string | null;
	email: string | null;
	phone: string | null;
	kyc: KycBadge;
	kycSince: string; // ISO 8601; how long in this status at most
	trust: TrustBadge | null;
	blocked: 'yes' | 'no' | 'unknown';
	payments: number | null;
	paid: { amount: string; currency: string } | null; // decimal text, major units
	lastPayment: string | null; // ISO 8601, like all times
	created: string | null;
	firstSeen: string;
	lastSeen: string;
	unlistedSince: string | null;
	disagrees: boolean; // another connection says something else of the same person
	highlights: Highlights;
};

export type Change = { id: number; field: string; before: string | null; after: string | null; seenAt: string; seenBy: 'sync' | 'action' };

export type CustomerDetail = {
	row: CustomerRow;
	history: Change[]; // newest first; field 'kyc' carries facet values in before/after
	others: CustomerRow[]; // the same e-mail or phone at other connections
	raw: string; // the provider's record, indented JSON
};

export type ViewCounts = { view: View; count: number }[];

/** Events are small: they say that something changed, never what. */
export type DirectoryChanged = { version: number };
export type ConnectionsChanged = { connections: ConnectionView[] };

export interface Commands {
	appState(): Promise<AppState>;
	windowReady(): Promise<null>;
	retryOpen(): Promise<Result<null, Problem>>;
	startDemo(): Promise<Result<null, Problem>>;
	leaveDemo(): Promise<Result<null, Problem>>;
	savePreferences(preferences: Preferences): Promise<Result<null, Problem>>;
	testConnection(draft: ConnectionDraft, existing: string | null): Promise<Result<ConnectionCheck, Problem>>;
	saveConnection(draft: ConnectionDraft, existing: string | null): Promise<Result<string, Problem>>;
	removeConnection(connection: string): Promise<Result<null, Problem>>;
	connections(): Promise<Result<ConnectionView[], Problem>>;
	syncNow(connection: string): Promise<Result<null, Problem>>;
	stopSync(connection: string): Promise<Result<null, Problem>>;
	search(query: Query, first: number): Promise<Result<SearchAnswer, Problem>>;
	rows(result: number, from: number, count: number): Promise<Result<Rows, Problem>>;
	viewCounts(): Promise<Result<ViewCounts, Problem>>;
	customer(key: number): Promise<Result<CustomerDetail, Problem>>;
}

/** The book was opened or closed, or the sample customers were entered or left: ask for the app's state anew. */
export type DeskChanged = Record<string, never>;

async function result<T>(answer: Promise<T>): Promise<Result<T, Problem>> {
	try {
		return { status: 'ok', data: await answer };
	} catch (error) {
		if (error instanceof Error) throw error;
		return { status: 'error', error: error as Problem };
	}
}

export const commands: Commands = {
	appState: () => invoke('app_state'),
	windowReady: () => invoke('window_ready'),
	retryOpen: () => result(invoke('retry_open')),
	startDemo: () => result(invoke('start_demo')),
	leaveDemo: () => result(invoke('leave_demo')),
	savePreferences: (preferences) => result(invoke('save_preferences', { preferences })),
	testConnection: (draft, existing) => result(invoke('test_connection', { draft, existing })),
	saveConnection: (draft, existing) => result(invoke('save_connection', { draft, existing })),
	removeConnection: (connection) => result(invoke('remove_connection', { connection })),
	connections: () => result(invoke('connections')),
	syncNow: (connection) => result(invoke('sync_now', { connection })),
	stopSync: (connection) => result(invoke('stop_sync', { connection })),
	search: (query, first) => result(invoke('search', { query, first })),
	rows: (resultId, from, count) => result(invoke('rows', { result: resultId, from, count })),
	viewCounts: () => result(invoke('view_counts')),
	customer: (key) => result(invoke('customer', { key })),
};

function event<T>(name: string): { listen(handler: EventCallback<T>): Promise<UnlistenFn> } {
	return { listen: (handler) => listen<T>(name, handler) };
}

export const events = {
	connectionsChanged: event<ConnectionsChanged>('connections-changed'),
	deskChanged: event<DeskChanged>('desk-changed'),
	directoryChanged: event<DirectoryChanged>('directory-changed'),
};
