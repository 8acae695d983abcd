/**
 * What the interface asks of the rest of Vouch. Two things implement it: tauri.ts in the app, fake.ts in component tests
 * and in a browser during development. Nothing else may know where answers come from.
 */
import type {
	AppState,
	ConnectionCheck,
	ConnectionDraft,
	ConnectionsChanged,
	ConnectionView,
	CustomerDetail,
	DeskChanged,
	DirectoryChanged,
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
	ViewCount,
	ViewDraft,
} from './bindings';

/** A call that failed, with what a person can be told about it. */
export class ProblemError extends Error {
	constructor(readonly problem: Problem) {
		super(problem.code);
		this.name = 'ProblemError';
	}
}

/** The problem behind anything that was thrown; a fault of the program itself becomes `internal`. */
export function problemOf(error: unknown): Problem {
	return error instanceof ProblemError ? error.problem : { code: 'internal', words: null };
}

/** Events say that something changed, never what of a customer: the interface asks again. */
export type BackendEvents = {
	directory_changed: DirectoryChanged;
	connections_changed: ConnectionsChanged;
	/** The book was opened or closed, or the sample customers were entered or left. */
	desk_changed: DeskChanged;
};

export type Unsubscribe = () => void;

/** Every promise may be rejected with a {@link ProblemError}. */
export interface Backend {
	appState(): Promise<AppState>;
	/** The first screen is drawn, the window may be shown. */
	windowReady(): Promise<void>;
	retryOpen(): Promise<void>;
	startDemo(): Promise<void>;
	leaveDemo(): Promise<void>;
	savePreferences(preferences: Preferences): Promise<void>;
	testConnection(draft: ConnectionDraft, existing: string | null): Promise<ConnectionCheck>;
	/** Answers with the connection's id. */
	saveConnection(draft: ConnectionDraft, existing: string | null): Promise<string>;
	removeConnection(connection: string): Promise<void>;
	connections(): Promise<ConnectionView[]>;
	syncNow(connection: string): Promise<void>;
	stopSync(connection: string): Promise<void>;
	search(query: Query, first: number): Promise<SearchAnswer>;
	rows(result: number, from: number, count: number): Promise<Rows>;
	viewCounts(): Promise<ViewCount[]>;
	customer(key: number): Promise<CustomerDetail>;
	/** Rows of an answer by their positions, as tab-separated lines, at most 5,000 at a time. */
	rowsAsText(result: number, spans: RowSpan[], text: RowText): Promise<string>;
	/** Where the rows of one answer are in another. */
	selectAgain(from: number, to: number, spans: RowSpan[]): Promise<RowSpan[]>;
	savedViews(): Promise<SavedView[]>;
	savedViewCounts(): Promise<SavedViewCount[]>;
	/** Keeps a new view, or another shape of an existing one. */
	saveView(draft: ViewDraft, existing: number | null): Promise<SavedView>;
	orderViews(ids: number[]): Promise<void>;
	removeView(view: number): Promise<void>;
	suggestedViewPath(name: string): Promise<string>;
	shareView(view: number, path: string, replace: boolean): Promise<void>;
	takeViewIn(path: string): Promise<SavedView>;
	/** What can be made to happen at the sample provider behind a connection. Only in the demo. */
	scenarios(connection: string): Promise<ScenarioChoice>;
	/** Makes something happen there and walks its list; null makes all well again. */
	playScenario(connection: string, scenario: Scenario | null): Promise<void>;
	/** Settled once the subscription stands, so that nothing is missed between subscribing and asking. */
	on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe>;
}
