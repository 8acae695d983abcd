/**
 * What the interface asks of the rest of Vouch. Two things implement it: tauri.ts in the app, fake.ts in component tests
 * and in a browser during development. Nothing else may know where answers come from.
 */
import type {
	AppState,
	BackUpDone,
	BackUpOrder,
	BackupContents,
	BookSize,
	ChosenFile,
	Compacted,
	ConnectionCheck,
	ConnectionDraft,
	ConnectionsChanged,
	ConnectionView,
	CredentialView,
	CustomerDetail,
	DeskChanged,
	DirectoryChanged,
	ExportDone,
	ExportOrder,
	FileDropped,
	FileOver,
	FilePurpose,
	FileQuestion,
	Findings,
	ImportChoice,
	ImportDone,
	ImportPreview,
	LeftCustomers,
	LockSoon,
	MetProblem,
	Place,
	Preferences,
	Problem,
	Protection,
	Query,
	RecoveryCode,
	Rotation,
	RowSpan,
	Rows,
	RowText,
	RunReport,
	SavedView,
	SavedViewCount,
	Scenario,
	ScenarioChoice,
	SearchAnswer,
	UnreadableRecord,
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
	/** The app is about to lock itself because nobody is there, or not any more. */
	lock_soon: LockSoon;
	/** A file is dragged over the window, or not any more: that comes before it is dropped, too. */
	file_over: FileOver;
	/** A file that Vouch can read was dropped on the window. */
	file_dropped: FileDropped;
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
	/** The credential goes; the customers on this computer are erased or kept as an archive. */
	removeConnection(connection: string, customers: LeftCustomers): Promise<void>;
	setConnectionEnabled(connection: string, enabled: boolean): Promise<void>;
	connections(): Promise<ConnectionView[]>;
	syncNow(connection: string): Promise<void>;
	stopSync(connection: string): Promise<void>;
	/** What may be known of the credentials. Asks no provider. */
	credentials(): Promise<CredentialView[]>;
	/** Tests the kept credential against its provider. */
	testCredential(connection: string): Promise<ConnectionCheck>;
	/** Tests another key and secret and puts them in the old ones' place; `untested` keeps them beside the old ones instead. */
	rotateCredential(connection: string, apiKey: string, apiSecret: string, untested: boolean): Promise<Rotation>;
	tryNextCredential(connection: string): Promise<Rotation>;
	discardNextCredential(connection: string): Promise<void>;
	protection(): Promise<Protection>;
	unlock(passphrase: string): Promise<void>;
	recover(code: string, passphrase: string): Promise<RecoveryCode>;
	lockNow(): Promise<void>;
	/** The person is there: locking for idleness starts to count anew. */
	personActive(): Promise<void>;
	setLock(passphrase: string): Promise<RecoveryCode>;
	removeLock(passphrase: string): Promise<void>;
	changePassphrase(old: string, next: string): Promise<void>;
	/** In the place of the old one, which opens nothing any more. */
	newRecoveryCode(passphrase: string): Promise<RecoveryCode>;
	makeVault(passphrase: string): Promise<RecoveryCode>;
	/** To the vault with its new passphrase, which answers with a recovery code; to the keyring with the vault's. */
	moveSecrets(to: Place, passphrase: string): Promise<RecoveryCode | null>;
	/** Puts a recovery code on the clipboard and takes it away after a minute. */
	copyForAMinute(text: string): Promise<void>;
	/** A file that may be written for a purpose, called `name`, where such files were last chosen. None of that name is there. */
	suggestedPath(purpose: FilePurpose, name: string): Promise<string>;
	/** The system's own dialog; null when the person takes no file. */
	chooseFile(question: FileQuestion): Promise<ChosenFile | null>;
	exportConnections(order: ExportOrder): Promise<ExportDone>;
	/** Stores nothing yet: what was found waits in the shell under the preview's id. */
	readExport(path: string, passphrase: string): Promise<ImportPreview>;
	readSnippet(text: string): Promise<ImportPreview>;
	importConnections(preview: number, choices: ImportChoice[]): Promise<ImportDone>;
	discardImport(preview: number): Promise<void>;
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
	/** Answers with the file's path, which has the extension of such files. */
	shareView(view: number, path: string, replace: boolean): Promise<string>;
	takeViewIn(path: string): Promise<SavedView>;
	/** What can be made to happen at the sample provider behind a connection. Only in the demo. */
	scenarios(connection: string): Promise<ScenarioChoice>;
	/** Makes something happen there and walks its list; null makes all well again. */
	playScenario(connection: string, scenario: Scenario | null): Promise<void>;
	/** Past runs with what each found, newest first: those before the run `before`, of one connection or of all. */
	syncRuns(connection: string | null, before: number | null, most: number): Promise<RunReport[]>;
	/** What was found since a moment (ISO 8601), of one connection or of all together. */
	foundSince(connection: string | null, time: string): Promise<Findings>;
	/** The problems that synchronising met last, newest first. */
	metProblems(connection: string): Promise<MetProblem[]>;
	unreadableRecords(run: number): Promise<UnreadableRecord[]>;
	/** The officer knows that the new address or key leads to the same merchant. */
	sameMerchant(connection: string): Promise<void>;
	/** Whom the officer has before them: they are looked at as soon as the budgets allow. */
	watch(opened: number[], onScreen: number[]): Promise<void>;
	/** What could not be reached is tried at once. */
	networkChanged(): Promise<void>;
	bookSize(): Promise<BookSize>;
	compactBook(): Promise<Compacted>;
	/** Ends a compaction that is under way in `cancelled`. */
	stopCompacting(): Promise<void>;
	/** Fails with `book_damaged`. */
	checkBook(): Promise<void>;
	/** Answers with the file's path too, which has the extension of such files. */
	backUp(order: BackUpOrder): Promise<BackUpDone>;
	/** Reads a backup whole; changes nothing. */
	verifyBackup(path: string, passphrase: string): Promise<BackupContents>;
	/** Puts a backup in the place of what is here, and opens that. */
	restore(path: string, passphrase: string): Promise<BackupContents>;
	/** Gives a book that cannot be opened another name, opens a new one, and answers with the old one's path. */
	setBookAside(): Promise<string>;
	/** Settled once the subscription stands, so that nothing is missed between subscribing and asking. */
	on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe>;
}
