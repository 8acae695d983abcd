/**
 * What each command of the desk does. The table of keys says what it is called and pressed with; the palette and the keys
 * of the whole window both take it from here.
 */
import { connectionName } from '$lib/connection/name';
import type { DeskSession } from '$lib/desk/session.svelte';
import { formatCount } from '$lib/format';
import { isEmpty } from '$lib/grid/selection';
import type { ShortcutId } from '$lib/keys';
import { type Command, tableCommands } from '$lib/palette/commands';
import type { Copying } from '$lib/search/copying.svelte';
import { isByRelevance, isFiltered } from '$lib/search/query';
import type { SearchSession } from '$lib/search/session.svelte';
import { BUILT_IN_VIEWS } from '$lib/sidebar/views';
import type { SavedViews } from '$lib/views/session.svelte';
import type { ViewDialog } from '$lib/views/ViewDialogs.svelte';

/** What commands work on. */
export type Bench = {
	desk: DeskSession;
	session: SearchSession;
	views: SavedViews;
	copying: Copying;
	screen: {
		show: (kind: 'settings' | 'keys' | 'palette') => void;
		credentials: () => void;
		sync: () => void;
		showView: (dialog: ViewDialog) => void;
		connect: () => void;
		saveView: () => void;
	};
};

type Runners = Partial<Record<ShortcutId, () => void>>;

/** The commands that have something to do now. */
export function deskRunners({ desk, session, views, copying, screen }: Bench): Runners {
	const always: Runners = {
		search: () => session.places.search?.(),
		palette: () => screen.show('palette'),
		saveView: screen.saveView,
		viewTakeIn: () => screen.showView({ kind: 'take-in' }),
		columnsReset: () => views.setColumns([]),
		connectionAdd: screen.connect,
		credentials: screen.credentials,
		sync: screen.sync,
		settings: () => screen.show('settings'),
		help: () => screen.show('keys'),
		themeLight: () => desk.prefer({ theme: 'light' }),
		themeDark: () => desk.prefer({ theme: 'dark' }),
		themeSystem: () => desk.prefer({ theme: 'system' }),
	};
	const active = desk.connections.filter(({ standing }) => standing === 'active');
	const now: Runners = {
		...(isFiltered(session.query) ? { clearFilters: () => session.clearFilters() } : {}),
		...(session.query.text.trim() !== '' && !isByRelevance(session.query) ? { sortRelevance: () => session.sortByRelevance() } : {}),
		...(views.changed ? { viewReset: () => views.reset() } : {}),
		...(session.total > 0 ? { selectAll: () => session.selection.everything(), copy: () => void copying.copy() } : {}),
		...(isEmpty(session.selection.value) ? {} : { selectionClear: () => session.selection.clear() }),
		...(desk.preferences.rows === 'compact'
			? { rowsNormal: () => desk.prefer({ rows: 'normal' }) }
			: { rowsCompact: () => desk.prefer({ rows: 'compact' }) }),
		...(desk.protection?.lockOn ? { lock: () => void desk.lock() } : {}),
		...(active.length > 0 ? { syncAll: () => active.forEach(({ id }) => void desk.syncNow(id)) } : {}),
	};
	return { ...always, ...now };
}

/** What does not need the customers on screen. */
const ANYWHERE: readonly string[] = [
	'palette',
	'credentials',
	'sync',
	'lock',
	'settings',
	'help',
	'connectionAdd',
	'syncAll',
	'themeLight',
	'themeDark',
	'themeSystem',
] satisfies ShortcutId[];

/** Whether the customers have to be on screen for a command to be of use. */
export const needsCustomers = (id: string): boolean => !ANYWHERE.includes(id);

/** Everything that the palette offers now. */
export function deskCommands(bench: Bench): Command[] {
	const { desk, session, views } = bench;
	const { palette: _, ...runners } = deskRunners(bench);
	const counted = (count: number | null): { note?: string } => (count === null ? {} : { note: formatCount(count) });
	return [
		...views.list.map(
			(view): Command => ({
				id: `view:${view.id}`,
				kind: 'view',
				title: view.name,
				...counted(desk.count(view.id)),
				run: () => views.show(view),
			}),
		),
		...BUILT_IN_VIEWS.map(
			({ view, name }): Command => ({
				id: `view:${view}`,
				kind: 'view',
				title: name(),
				...counted(desk.count(view)),
				run: () => views.showBuiltIn(view),
			}),
		),
		...tableCommands(runners),
		...desk.connections.map(
			(connection): Command => ({
				id: `connection:${connection.id}`,
				kind: 'connection',
				title: connectionName(connection, desk.providers),
				run: () => session.setConnection(session.query.connection === connection.id ? null : connection.id),
			}),
		),
	];
}
