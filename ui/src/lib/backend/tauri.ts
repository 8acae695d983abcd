/** The real backend: the desktop shell's typed commands and events. */
import { type Backend, type BackendEvents, ProblemError, type Unsubscribe } from './backend';
import { type AppState, type ConnectionDraft, commands, events, type Problem } from './bindings';
import { seal } from './sealing';

/** What a typed command answers. */
type Result<T, E> = { status: 'ok'; data: T } | { status: 'error'; error: E };

/** The value of an answer; a refused one is thrown as {@link ProblemError}. */
async function value<T>(answer: Promise<Result<T, Problem>>): Promise<T> {
	const settled = await answer;
	if (settled.status === 'error') throw new ProblemError(settled.error);
	return settled.data;
}

async function done(answer: Promise<Result<null, Problem>>): Promise<void> {
	await value(answer);
}

type Handlers = { [E in keyof BackendEvents]: Set<(payload: BackendEvents[E]) => void> };
const handlers: Handlers = {
	directory_changed: new Set(),
	desk_changed: new Set(),
	connections_changed: new Set(),
	file_over: new Set(),
	file_dropped: new Set(),
	lock_soon: new Set(),
};

function tell<E extends keyof BackendEvents>(event: E, payload: BackendEvents[E]): void {
	for (const handler of [...handlers[event]]) handler(payload);
}

const LISTEN: { [E in keyof BackendEvents]: () => Promise<Unsubscribe> } = {
	directory_changed: () => events.directoryChanged.listen(({ payload }) => tell('directory_changed', payload)),
	desk_changed: () => events.deskChanged.listen(({ payload }) => tell('desk_changed', payload)),
	connections_changed: () => events.connectionsChanged.listen(({ payload }) => tell('connections_changed', payload)),
	file_over: () => events.fileOver.listen(({ payload }) => tell('file_over', payload)),
	file_dropped: () => events.fileDropped.listen(({ payload }) => tell('file_dropped', payload)),
	lock_soon: () => events.lockSoon.listen(({ payload }) => tell('lock_soon', payload)),
};
const listening = new Map<keyof BackendEvents, Promise<Unsubscribe>>();

/**
 * The page listens to an event once, for as long as it lives: whoever subscribes to one that is listened to already waits
 * for no call, which the first question of a start would have to wait for.
 */
async function on<E extends keyof BackendEvents>(event: E, handler: (payload: BackendEvents[E]) => void): Promise<Unsubscribe> {
	// Not the handler itself: it may be given twice, and then be taken back once.
	const own = (payload: BackendEvents[E]): void => handler(payload);
	handlers[event].add(own);
	const begun = listening.get(event) ?? LISTEN[event]();
	listening.set(event, begun);
	try {
		await begun;
	} catch (error) {
		listening.delete(event);
		handlers[event].delete(own);
		throw error;
	}
	return () => {
		handlers[event].delete(own);
	};
}

/** What secrets are sealed to; the same for as long as the process lives. */
let key: Promise<string> | null = null;

async function appState(): Promise<AppState> {
	const state = await value(commands.appState());
	key = Promise.resolve(state.typedKey);
	return state;
}

/** A secret on its way to the process: every parameter of type `Typed` goes through here. */
async function sealed(text: string): Promise<string> {
	key ??= appState().then((state) => state.typedKey);
	return seal(await key, text);
}

async function sealedDraft(draft: ConnectionDraft): Promise<ConnectionDraft> {
	const [apiKey, apiSecret] = await Promise.all([sealed(draft.apiKey), sealed(draft.apiSecret)]);
	return { ...draft, apiKey, apiSecret };
}

export const tauriBackend: Backend = {
	appState,
	windowReady: async () => {
		await commands.windowReady();
	},
	retryOpen: () => done(commands.retryOpen()),
	startDemo: () => done(commands.startDemo()),
	leaveDemo: () => done(commands.leaveDemo()),
	savePreferences: (preferences) => done(commands.savePreferences(preferences)),
	testConnection: async (draft, existing) => value(commands.testConnection(await sealedDraft(draft), existing)),
	saveConnection: async (draft, existing) => value(commands.saveConnection(await sealedDraft(draft), existing)),
	removeConnection: (connection, customers) => done(commands.removeConnection(connection, customers)),
	setConnectionEnabled: (connection, enabled) => done(commands.setConnectionEnabled(connection, enabled)),
	connections: () => value(commands.connections()),
	syncNow: (connection) => done(commands.syncNow(connection)),
	stopSync: (connection) => done(commands.stopSync(connection)),
	credentials: () => value(commands.credentials()),
	testCredential: (connection) => value(commands.testCredential(connection)),
	rotateCredential: async (connection, apiKey, apiSecret, untested) =>
		value(commands.rotateCredential(connection, await sealed(apiKey), await sealed(apiSecret), untested)),
	tryNextCredential: (connection) => value(commands.tryNextCredential(connection)),
	discardNextCredential: (connection) => done(commands.discardNextCredential(connection)),
	protection: () => value(commands.protection()),
	unlock: async (passphrase) => done(commands.unlock(await sealed(passphrase))),
	recover: async (code, passphrase) => value(commands.recover(await sealed(code), await sealed(passphrase))),
	lockNow: () => done(commands.lockNow()),
	personActive: async () => {
		await commands.personActive();
	},
	setLock: async (passphrase) => value(commands.setLock(await sealed(passphrase))),
	removeLock: async (passphrase) => done(commands.removeLock(await sealed(passphrase))),
	changePassphrase: async (old, next) => done(commands.changePassphrase(await sealed(old), await sealed(next))),
	newRecoveryCode: async (passphrase) => value(commands.newRecoveryCode(await sealed(passphrase))),
	makeVault: async (passphrase) => value(commands.makeVault(await sealed(passphrase))),
	moveSecrets: async (to, passphrase) => value(commands.moveSecrets(to, await sealed(passphrase))),
	copyForAMinute: async (text) => done(commands.copyForAMinute(await sealed(text))),
	suggestedPath: (purpose, name) => commands.suggestedPath(purpose, name),
	chooseFile: (question) => value(commands.chooseFile(question)),
	exportConnections: async (order) => value(commands.exportConnections({ ...order, passphrase: await sealed(order.passphrase) })),
	readExport: async (path, passphrase) => value(commands.readExport(path, await sealed(passphrase))),
	readSnippet: async (text) => value(commands.readSnippet(await sealed(text))),
	importConnections: (preview, choices) => value(commands.importConnections(preview, choices)),
	discardImport: async (preview) => {
		await commands.discardImport(preview);
	},
	search: (query, first) => value(commands.search(query, first)),
	rows: (result, from, count) => value(commands.rows(result, from, count)),
	viewCounts: () => value(commands.viewCounts()),
	customer: (key) => value(commands.customer(key)),
	rowsAsText: (result, spans, text) => value(commands.rowsAsText(result, spans, text)),
	selectAgain: (from, to, spans) => value(commands.selectAgain(from, to, spans)),
	savedViews: () => value(commands.savedViews()),
	savedViewCounts: () => value(commands.savedViewCounts()),
	saveView: (draft, existing) => value(commands.saveView(draft, existing)),
	orderViews: (ids) => done(commands.orderViews(ids)),
	removeView: (view) => done(commands.removeView(view)),
	shareView: (view, path, replace) => value(commands.shareView(view, path, replace)),
	takeViewIn: (path) => value(commands.takeViewIn(path)),
	scenarios: (connection) => value(commands.scenarios(connection)),
	playScenario: (connection, scenario) => done(commands.playScenario(connection, scenario)),
	syncRuns: (connection, before, most) => value(commands.syncRuns(connection, before, most)),
	foundSince: (connection, time) => value(commands.foundSince(connection, time)),
	metProblems: (connection) => value(commands.metProblems(connection)),
	unreadableRecords: (run) => value(commands.unreadableRecords(run)),
	sameMerchant: (connection) => done(commands.sameMerchant(connection)),
	watch: async (opened, onScreen) => {
		await commands.watch(opened, onScreen);
	},
	networkChanged: async () => {
		await commands.networkChanged();
	},
	bookSize: () => value(commands.bookSize()),
	compactBook: () => value(commands.compactBook()),
	stopCompacting: async () => {
		await commands.stopCompacting();
	},
	checkBook: () => done(commands.checkBook()),
	backUp: async (order) => value(commands.backUp({ ...order, passphrase: await sealed(order.passphrase) })),
	verifyBackup: async (path, passphrase) => value(commands.verifyBackup(path, await sealed(passphrase))),
	restore: async (path, passphrase) => value(commands.restore(path, await sealed(passphrase))),
	setBookAside: () => value(commands.setBookAside()),
	on,
};
