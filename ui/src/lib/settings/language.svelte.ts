/**
 * The language of the interface: `--lang` goes before the preference, the preference before the system's choice.
 *
 * Messages are functions that ask for the language when they are called. The answer is reactive state, so every text on
 * screen changes in place, and nothing that a person has typed is lost.
 */
import type { Language } from '$lib/backend/bindings';
import { overwriteGetLocale } from '$paraglide/runtime.js';

export const LANGUAGES: readonly Language[] = ['en', 'ru', 'es'];

/** The languages' own names, never translated. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = { en: 'English', ru: 'Русский', es: 'Español' };

let current = $state<Language>('en');

overwriteGetLocale(() => current);

/** The language in force. Reactive. */
export function language(): Language {
	return current;
}

export function setLanguage(next: Language): void {
	current = next;
	if (typeof document !== 'undefined') document.documentElement.lang = next;
}

/** Which language to show. `system` are the system's languages, best first, as BCP 47 tags. */
export function chooseLanguage(override: Language | null, preference: Language | null, system: readonly string[]): Language {
	if (override) return override;
	if (preference) return preference;
	for (const tag of system) {
		const base = tag.toLowerCase().split('-')[0];
		const known = LANGUAGES.find((candidate) => candidate === base);
		if (known) return known;
	}
	return 'en';
}

/**
 * The locale for numbers, dates and money: the system's regional variant of the language in force where the system has
 * one (es-MX writes 1,204.50 and es-ES 1.204,50), else the usual one.
 */
export function formattingLocale(system: readonly string[] = navigator.languages): string {
	const base = language();
	const regional = system.find((tag) => tag.toLowerCase().startsWith(`${base}-`));
	return regional ?? { en: 'en-GB', ru: 'ru-RU', es: 'es-ES' }[base];
}
