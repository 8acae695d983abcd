/**
 * Everything that can be done from the palette. What a command is called and pressed with stands in the table of keys;
 * here stands only what is there beside it: the views and connections, and the other languages' names.
 */
import { SHORTCUTS, type ShortcutId } from '$lib/keys';
import { match } from './match';

/** One line of the palette. */
export type Command = {
	/** Stable while the window is open; tells what was done recently. */
	id: string;
	kind: 'command' | 'view' | 'connection';
	title: string;
	/** Other names by which it is found. */
	aliases?: readonly string[];
	/** Shown at its end: a count, or a state. */
	note?: string;
	/** The keys that do the same. */
	shortcut?: ShortcutId;
	run: () => void;
};

const LOCALES = ['en', 'ru', 'es'] as const;

/** The commands of the table that have something to do now. */
export function tableCommands(runners: Partial<Record<ShortcutId, () => void>>): Command[] {
	return (Object.entries(runners) as [ShortcutId, () => void][]).map(([id, run]) => {
		const { title } = SHORTCUTS[id];
		return { id, kind: 'command', title: title(), aliases: LOCALES.map((locale) => title({}, { locale })), shortcut: id, run };
	});
}

/** A command with what of its title is to be marked. */
export type Offer = { command: Command; ranges: [number, number][] };

/** What a query offers, the best first; without a query what was done recently, and then all in their order. */
export function offers(commands: readonly Command[], query: string, recent: readonly string[]): Offer[] {
	const age = ({ id }: Command): number => (recent.includes(id) ? recent.indexOf(id) : recent.length);
	if (query.trim() === '') {
		return [...commands].sort((one, other) => age(one) - age(other)).map((command) => ({ command, ranges: [] }));
	}
	const found = commands.flatMap((command) => {
		const own = match(query, command.title);
		const others = (command.aliases ?? []).map((alias) => (match(query, alias)?.score ?? Number.NEGATIVE_INFINITY) - 5);
		const score = Math.max(own?.score ?? Number.NEGATIVE_INFINITY, ...others);
		return score === Number.NEGATIVE_INFINITY ? [] : [{ command, ranges: own?.ranges ?? [], score }];
	});
	return found.sort((one, other) => other.score - one.score || age(one.command) - age(other.command));
}

/** Commands done in this window, the latest first; kept while it is open. */
const done: string[] = [];
const KEPT = 8;

export const recentCommands = (): readonly string[] => done;

export function noteDone({ id }: Command): void {
	const at = done.indexOf(id);
	if (at >= 0) done.splice(at, 1);
	done.unshift(id);
	done.length = Math.min(done.length, KEPT);
}
