/**
 * The person's preferences: what holds, what the window looks like by it, and when it is written down.
 *
 * Where they are kept and what is told of a failure is not known here.
 */
import type { Language, Preferences } from '$lib/backend/bindings';
import { chooseLanguage, setLanguage } from './language.svelte';
import { applyTheme } from './theme';

/** A dragged border or column is remembered once it rests this long, in milliseconds. */
const REMEMBER_AFTER = 400;

/** What holds until the person's own preferences are known. */
export const USUAL_PREFERENCES: Preferences = {
	theme: 'system',
	language: null,
	sidebarWidth: 232,
	detailWidth: 380,
	columns: [],
	lockAfterMinutes: 15,
	lockOnSleep: true,
	remindAfterDays: 180,
	rows: 'normal',
	savedView: null,
};

export class KeptPreferences {
	readonly #write: (preferences: Preferences) => void;
	readonly #systemLanguages: readonly string[];
	#known = $state.raw<Preferences | null>(null);
	#override: Language | null = null;
	/** Runs for as long as further changes are waited for. */
	#resting: ReturnType<typeof setTimeout> | null = null;
	/** Something changed since they were last written. */
	#unwritten = false;

	/** `write` keeps them and deals with what goes wrong; `systemLanguages` are BCP 47 tags, best first. */
	constructor(write: (preferences: Preferences) => void, systemLanguages: readonly string[]) {
		this.#write = write;
		this.#systemLanguages = systemLanguages;
	}

	get value(): Preferences {
		return this.#known ?? USUAL_PREFERENCES;
	}
	/** The language that the system asks for, whatever has been chosen. */
	get systemLanguage(): Language {
		return chooseLanguage(null, null, this.#systemLanguages);
	}

	/** Takes what is kept, and the language that was asked for at the start. */
	take(kept: Preferences, override: Language | null): void {
		this.#override = override;
		// What a person has changed since is newer than what is kept.
		if (this.#resting === null) this.#known = kept;
		this.#apply();
	}

	/** What is kept could not be had: the window speaks as the system does. */
	goWithout(): void {
		setLanguage(this.systemLanguage);
	}

	/** Takes a change and writes it down at once; further ones, as while something is dragged, when no more come. */
	prefer(change: Partial<Preferences>): void {
		this.#known = { ...this.value, ...change };
		this.#apply();
		if (this.#resting === null) {
			// At once: the window may be closed in the next moment, and what a page sends at its end is not waited for.
			this.#write(this.value);
		} else {
			clearTimeout(this.#resting);
			this.#unwritten = true;
		}
		this.#resting = setTimeout(() => this.settle(), REMEMBER_AFTER);
	}

	/** Waits for no further change, and writes down what is not written yet. */
	settle(): void {
		if (this.#resting === null) return;
		clearTimeout(this.#resting);
		this.#resting = null;
		if (!this.#unwritten) return;
		this.#unwritten = false;
		this.#write(this.value);
	}

	#apply(): void {
		const { theme, language } = this.value;
		applyTheme(theme);
		setLanguage(chooseLanguage(this.#override, language, this.#systemLanguages));
	}
}
