/** The real backend: the desktop shell's typed commands and events. */
import { type Backend, type BackendEvents, ProblemError, type Unsubscribe } from './backend';
import { commands, events, type Problem } from './bindings';

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

export const tauriBackend: Backend = {
	appState: () => commands.appState(),
	windowReady: async () => {
		await commands.windowReady();
	},
	retryOpen: () => done(commands.retryOpen()),
	startDemo: () => done(commands.startDemo()),
	leaveDemo: () => done(commands.leaveDemo()),
	savePreferences: (preferences) => done(commands.savePreferences(preferences)),
	testConnection: (draft, existing) => value(commands.testConnection(draft, existing)),
	saveConnection: (draft, existing) => value(commands.saveConnection(draft, existing)),
	removeConnection: (connection) => done(commands.removeConnection(connection)),
	connections: () => value(commands.connections()),
	syncNow: (connection) => done(commands.syncNow(connection)),
	stopSync: (connection) => done(commands.stopSync(connection)),
	search: (query, first) => value(commands.search(query, first)),
	rows: (result, from, count) => value(commands.rows(result, from, count)),
	viewCounts: () => value(commands.viewCounts()),
	customer: (key) => value(commands.customer(key)),
	scenarios: (connection) => value(commands.scenarios(connection)),
	playScenario: (connection, scenario) => done(commands.playScenario(connection, scenario)),
	on: (event, handler) => SUBSCRIBE[event](handler),
};
