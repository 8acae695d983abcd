/**
 * How hard a passphrase is to guess, said carefully: an upper bound from its length and the variety of its characters. It
 * knows no dictionary, so it never calls anything strong that is short, and the crate that keeps secrets has the last word.
 */

/** The fewest characters of a new passphrase; the crate that keeps secrets holds the same. */
export const SHORTEST = 10;

/** Fewer different characters than these are no passphrase. */
const FEWEST_DIFFERENT = 5;

export type Strength = 'empty' | 'short' | 'weak' | 'fair' | 'strong';

const KINDS: readonly { in: RegExp; size: number }[] = [
	{ in: /\p{Ll}/u, size: 26 },
	{ in: /\p{Lu}/u, size: 26 },
	{ in: /\p{Nd}/u, size: 10 },
	{ in: /[^\p{L}\p{Nd}]/u, size: 20 },
];

/** Bits of a random text of this kind; one that a person made up has fewer. A repeated or a following character adds little. */
export function bitsOf(passphrase: string): number {
	const characters = [...passphrase];
	const size = KINDS.reduce((sum, kind) => sum + (kind.in.test(passphrase) ? kind.size : 0), 0);
	if (size === 0) return 0;
	let counted = 0;
	for (const [at, character] of characters.entries()) {
		const before = characters[at - 1];
		const step = before === undefined ? 2 : Math.abs((character.codePointAt(0) ?? 0) - (before.codePointAt(0) ?? 0));
		counted += step <= 1 ? 0.25 : 1;
	}
	const variety = Math.min(1, new Set(characters).size / Math.max(8, characters.length / 2));
	return counted * variety * Math.log2(size);
}

export function strengthOf(passphrase: string): Strength {
	const characters = [...passphrase.trim()];
	if (characters.length === 0) return 'empty';
	if (characters.length < SHORTEST) return 'short';
	const bits = bitsOf(passphrase);
	if (new Set(characters).size < FEWEST_DIFFERENT || bits < 45) return 'weak';
	return bits < 80 || characters.length < 16 ? 'fair' : 'strong';
}
