import { describe, expect, it } from 'vitest';
import type { Language, Problem } from '$lib/backend/bindings';
import { LANGUAGES, setLanguage } from '$lib/settings/language.svelte';
import { ADDRESS_FAULT_NAMES, ANSWER_FAULT_NAMES, addressFault, describeProblem, PROBLEM_CODES, remedyOf, titleOfCode } from './table';

/** A problem of each code, with what it carries. */
function sample(code: string): Problem {
	return (
		({
			clock_skew: { code, bySeconds: -95, words: null },
			rate_limited: { code, until: '2026-11-20T10:30:00Z', words: null },
			passphrase_wrong: { code, until: '2026-11-20T10:30:00Z', words: null },
			bad_answer: { code, fault: 'html', words: null },
			bad_address: { code, fault: 'no_scheme', words: null },
			bad_input: { code, field: 'label', words: null },
		}[code] as Problem | undefined) ?? ({ code, words: null } as Problem)
	);
}

describe.each(PROBLEM_CODES)('%s', (code) => {
	it.each(LANGUAGES)('is told in %s: what happened, what it means, what to do', (language) => {
		setLanguage(language);
		const text = describeProblem(sample(code));
		for (const sentence of [text.title, text.meaning, text.next]) {
			expect(sentence).toMatch(/\p{L}{3,}/u);
			expect(sentence).not.toMatch(/problem_|undefined|[{}]/);
		}
		expect(new Set([text.title, text.meaning, text.next]).size).toBe(3);
	});

	it('has the same title where only its code was kept', () => {
		setLanguage('en');
		const kept = titleOfCode(code);
		// By how much a clock was off was not.
		if (code === 'clock_skew') expect(kept).toBe(describeProblem({ code, bySeconds: 0, words: null }).title);
		else expect(kept).toBe(describeProblem(sample(code)).title);
	});

	it('is told differently in each language', () => {
		const told = LANGUAGES.map((language: Language) => {
			setLanguage(language);
			return describeProblem(sample(code)).title;
		});
		expect(new Set(told).size).toBe(LANGUAGES.length);
	});
});

describe('the table', () => {
	it('tells no two codes alike', () => {
		const titles = PROBLEM_CODES.map((code) => describeProblem(sample(code)).title);
		expect(new Set(titles).size).toBe(PROBLEM_CODES.length);
	});

	it('says by how much the clock is off, whichever way', () => {
		expect(describeProblem({ code: 'clock_skew', bySeconds: -95, words: null }).title).toContain('2 min');
		expect(describeProblem({ code: 'clock_skew', bySeconds: 40, words: null }).title).toContain('40 s');
		expect(describeProblem({ code: 'clock_skew', bySeconds: 0, words: null }).title).not.toContain('0');
	});

	it('says until when to wait, where that is known', () => {
		const known = describeProblem({ code: 'rate_limited', until: '2026-11-20T10:30:00Z', words: null }).next;
		const unknown = describeProblem({ code: 'rate_limited', until: null, words: null }).next;
		expect(known).toMatch(/\d:30/);
		expect(unknown).not.toBe(known);
	});

	it.each(LANGUAGES)('has a sentence of its own for each fault of an answer and of an address in %s', (language) => {
		setLanguage(language);
		const answers = ANSWER_FAULT_NAMES.map((fault) => describeProblem({ code: 'bad_answer', fault, words: null }).meaning);
		const addresses = ADDRESS_FAULT_NAMES.map(addressFault);
		expect(new Set(answers).size).toBe(6);
		expect(new Set(addresses).size).toBe(6);
	});

	it('sends a person to the form where only the form helps', () => {
		expect(remedyOf({ code: 'credentials_rejected', words: null })).toBe('edit_connection');
		expect(remedyOf({ code: 'offline', words: null })).toBe('retry');
		expect(remedyOf({ code: 'book_newer', words: null })).toBe('none');
	});

	it('tells a code it does not know as a fault of the program', () => {
		const unheard = { code: 'from_the_future', words: null } as unknown as Problem;
		expect(describeProblem(unheard)).toEqual(describeProblem({ code: 'internal', words: null }));
	});
});
