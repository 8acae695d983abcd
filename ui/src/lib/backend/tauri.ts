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

const SUBSCRIBE: { [E in keyof BackendEvents]: (handler: (payload: BackendEvents[E]) => void) => Promise<Unsubscribe> } = {
	directory_changed: (handler) => events.directoryChanged.listen((event) => handler(event.payload)),
	desk_changed: (handler) => events.deskChanged.listen((event) => handler(event.payload)),
	connections_changed: (handler) => events.connectionsChanged.listen((event) => handler(event.payload)),
};

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
	removeConnection: (connection) => done(commands.removeConnection(connection, 'erase')),
	connections: () => value(commands.connections()),
	syncNow: (connection) => done(commands.syncNow(connection)),
	stopSync: (connection) => done(commands.stopSync(connection)),
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
	suggestedViewPath: (name) => commands.suggestedViewPath(name),
	shareView: (view, path, replace) => done(commands.shareView(view, path, replace)),
	takeViewIn: (path) => value(commands.takeViewIn(path)),
	scenarios: (connection) => value(commands.scenarios(connection)),
	playScenario: (connection, scenario) => done(commands.playScenario(connection, scenario)),
	on: (event, handler) => SUBSCRIBE[event](handler),
};
