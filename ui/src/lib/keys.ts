/**
 * Every command and every keyboard shortcut: what it is called, what it is pressed with, where it works. The list of keys,
 * the palette, the hints on screen and the handlers all read this table.
 *
 * A chord is written as in `Mod+K`: Mod is Cmd on a Mac and Ctrl elsewhere. Letters and the comma are also told by their
 * place on the keyboard, because Ctrl+K on a Russian layout arrives as Ctrl+Л. Shift counts in chords and for keys that
 * write nothing; for a character like `?` it is up to the keyboard's layout.
 */
import type { Language } from '$lib/backend/bindings';
import { m } from '$paraglide/messages.js';

/** `command` is what has no keys of its own: it is found in the palette. */
export type ShortcutGroup = 'everywhere' | 'grid' | 'header' | 'card' | 'panes' | 'command';

type Shortcut = {
	group: ShortcutGroup;
	/** Any of these. */
	chords: readonly string[];
	/** What it is called, in the language in force or in another. */
	title: (inputs?: Record<string, never>, options?: { locale?: Language }) => string;
};

export const SHORTCUTS = {
	search: { group: 'everywhere', chords: ['Mod+K', '/'], title: m.keys_search },
	palette: { group: 'everywhere', chords: ['Mod+Shift+P'], title: m.keys_palette },
	saveView: { group: 'everywhere', chords: ['Mod+S'], title: m.keys_save_view },
	credentials: { group: 'everywhere', chords: ['Mod+Shift+K'], title: m.keys_credentials },
	sync: { group: 'everywhere', chords: ['Mod+Shift+Y'], title: m.sync_page_title },
	lock: { group: 'everywhere', chords: ['Mod+Shift+L'], title: m.keys_lock },
	settings: { group: 'everywhere', chords: ['Mod+,'], title: m.keys_settings },
	help: { group: 'everywhere', chords: ['?'], title: m.keys_title },
	back: { group: 'everywhere', chords: ['Escape'], title: m.keys_back },
	move: { group: 'grid', chords: ['ArrowUp', 'ArrowDown'], title: m.keys_move },
	cells: { group: 'grid', chords: ['ArrowLeft', 'ArrowRight'], title: m.keys_cells },
	page: { group: 'grid', chords: ['PageUp', 'PageDown'], title: m.keys_page },
	ends: { group: 'grid', chords: ['Mod+Home', 'Mod+End'], title: m.keys_ends },
	open: { group: 'grid', chords: ['Enter'], title: m.keys_open },
	extend: { group: 'grid', chords: ['Shift+ArrowUp', 'Shift+ArrowDown'], title: m.keys_extend },
	selectRow: { group: 'grid', chords: ['Shift+Space', 'Mod+Space'], title: m.keys_select_row },
	selectAll: { group: 'grid', chords: ['Mod+A'], title: m.keys_select_all },
	copy: { group: 'grid', chords: ['Mod+C'], title: m.keys_copy },
	sort: { group: 'header', chords: ['Enter'], title: m.keys_sort },
	sortFurther: { group: 'header', chords: ['Shift+Enter'], title: m.keys_sort_further },
	columnWidth: { group: 'header', chords: ['Alt+ArrowLeft', 'Alt+ArrowRight'], title: m.keys_column_width },
	columnMove: { group: 'header', chords: ['Alt+Shift+ArrowLeft', 'Alt+Shift+ArrowRight'], title: m.keys_column_move },
	columnMenu: { group: 'header', chords: ['Alt+ArrowDown', 'Shift+F10', 'ContextMenu'], title: m.keys_column_menu },
	neighbour: { group: 'card', chords: ['Alt+ArrowUp', 'Alt+ArrowDown'], title: m.keys_neighbour },
	close: { group: 'card', chords: ['Escape'], title: m.keys_close },
	resize: { group: 'panes', chords: ['ArrowLeft', 'ArrowRight'], title: m.keys_resize },
	reset: { group: 'panes', chords: ['Enter'], title: m.keys_reset },
	columnsReset: { group: 'command', chords: [], title: m.command_columns_reset },
	rowsCompact: { group: 'command', chords: [], title: m.command_rows_compact },
	rowsNormal: { group: 'command', chords: [], title: m.command_rows_normal },
	clearFilters: { group: 'command', chords: [], title: m.command_clear_filters },
	sortRelevance: { group: 'command', chords: [], title: m.command_sort_relevance },
	selectionClear: { group: 'command', chords: [], title: m.selection_clear },
	viewReset: { group: 'command', chords: [], title: m.views_reset },
	viewTakeIn: { group: 'command', chords: [], title: m.views_take_in_title },
	connectionAdd: { group: 'command', chords: [], title: m.connection_add },
	syncAll: { group: 'command', chords: [], title: m.command_sync_all },
	themeLight: { group: 'command', chords: [], title: m.command_theme_light },
	themeDark: { group: 'command', chords: [], title: m.command_theme_dark },
	themeSystem: { group: 'command', chords: [], title: m.command_theme_system },
} as const satisfies Record<string, Shortcut>;

export type ShortcutId = keyof typeof SHORTCUTS;

export const SHORTCUT_IDS = Object.keys(SHORTCUTS) as ShortcutId[];

/** Whether this computer's main modifier is Cmd. */
export const isMac = (): boolean => /Mac|iPhone|iPad/.test(navigator.platform);

const PLACES: Record<string, string> = { ',': 'Comma' };

/** Keys that are written in a chord by their name. */
const NAMED: Record<string, string> = { Space: ' ' };

/** Whether an event is one of a shortcut's chords. */
export function pressed(event: KeyboardEvent, id: ShortcutId): boolean {
	return SHORTCUTS[id].chords.some((chord) => isChord(event, chord));
}

function isChord(event: KeyboardEvent, chord: string): boolean {
	const parts = chord.split('+');
	const key = parts.pop() ?? '';
	const mod = parts.includes('Mod');
	const alt = parts.includes('Alt');
	const shift = parts.includes('Shift');
	const [main, other] = isMac() ? [event.metaKey, event.ctrlKey] : [event.ctrlKey, event.metaKey];
	if (main !== mod || other || event.altKey !== alt) return false;
	const character = key.length === 1 && !mod && !alt;
	if (!character && event.shiftKey !== shift) return false;
	if (event.key === (NAMED[key] ?? key)) return true;
	if (!mod) return false;
	if (event.key.toLowerCase() === key.toLowerCase()) return true;
	// Only where the layout writes another script: on a Latin layout the letter itself decides.
	if (/^[\x20-\x7e]$/.test(event.key)) return false;
	return event.code === (PLACES[key] ?? `Key${key}`);
}

/** Whether the keyboard's owner is writing: single characters are text there, not shortcuts. */
export function isWriting(event: KeyboardEvent): boolean {
	const target = event.target;
	if (!(target instanceof HTMLElement)) return false;
	if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
	return target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'range', 'submit'].includes(target.type);
}

const NAMES: Record<string, string> = {
	ArrowUp: '↑',
	ArrowDown: '↓',
	ArrowLeft: '←',
	ArrowRight: '→',
	ContextMenu: '☰',
	Escape: 'Esc',
	PageUp: 'PgUp',
	PageDown: 'PgDn',
};

/** What is printed on the keys of each chord: `[['Ctrl', 'K'], ['/']]`. */
export function chordKeys(id: ShortcutId): string[][] {
	const mac = isMac();
	return SHORTCUTS[id].chords.map((chord) => chord.split('+').map((key) => (key === 'Mod' ? (mac ? '⌘' : 'Ctrl') : (NAMES[key] ?? key))));
}

/** The first chord as one text, for a hint: `Ctrl K`, `⌘K`. */
export function hint(id: ShortcutId): string {
	const [first = []] = chordKeys(id);
	return first.join(isMac() ? '' : ' ');
}
