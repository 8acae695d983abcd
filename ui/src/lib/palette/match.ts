/**
 * Finding commands by a few letters: words in any order, beginnings before middles before scattered letters. Case and
 * diacritics do not count, and what was typed on the wrong one of a Latin and a Russian keyboard is found as well.
 */

const LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.";
const RUSSIAN_KEYS = 'ёйцукенгшщзхъфывапролджэячсмитьбю';

const toRussian = new Map([...LATIN_KEYS].map((key, at) => [key, RUSSIAN_KEYS[at] ?? key]));
const toLatin = new Map([...RUSSIAN_KEYS].map((key, at) => [key, LATIN_KEYS[at] ?? key]));

const swapped = (text: string, keys: ReadonlyMap<string, string>): string => [...text].map((key) => keys.get(key) ?? key).join('');

/** Lower case without diacritics; ё is е, and й stays itself. One character for each of the text's. */
export function fold(text: string): string {
	const folded = [...text].map((character) => {
		const lower = character.toLowerCase();
		if (lower === 'й') return lower;
		const bare = lower.normalize('NFD').replace(/\p{M}/gu, '');
		return bare.length === character.length ? bare : lower;
	});
	return folded.join('');
}

/** What a title is worth for a query, and which of its UTF-16 units were meant. */
export type Match = { score: number; ranges: [number, number][] };

const BEGINNING = 100;
const WORD = 80;
const MIDDLE = 40;
/** Less is no match: letters all over a long title mean nothing. */
const SCATTERED = 12;

/** How well one word is found in a folded title. */
function matchWord(word: string, title: string): Match | null {
	if (title.startsWith(word)) return { score: BEGINNING, ranges: [[0, word.length]] };
	let middle = -1;
	for (let at = title.indexOf(word); at >= 0; at = title.indexOf(word, at + 1)) {
		if (!/[\p{L}\p{N}]/u.test(title[at - 1] ?? ' ')) return { score: WORD, ranges: [[at, at + word.length]] };
		if (middle < 0) middle = at;
	}
	if (middle >= 0) return { score: MIDDLE, ranges: [[middle, middle + word.length]] };
	return word.length < 2 ? null : scattered(word, title);
}

/** Letters in their order with others between; each jump costs, a jump to the beginning of a word less. */
function scattered(word: string, title: string): Match | null {
	const ranges: [number, number][] = [];
	let score = MIDDLE;
	let from = 0;
	for (const letter of word) {
		const at = title.indexOf(letter, from);
		if (at < 0) return null;
		const last = ranges.at(-1);
		if (last?.[1] === at) last[1] = at + letter.length;
		else {
			const begins = !/[\p{L}\p{N}]/u.test(title[at - 1] ?? ' ');
			// Nobody begins in the middle of a word.
			if (last === undefined && !begins) return null;
			score -= (begins ? 2 : 6) + Math.min(4, at - from);
			ranges.push([at, at + letter.length]);
		}
		from = at + letter.length;
	}
	return score < SCATTERED ? null : { score, ranges };
}

function matchAs(query: string, title: string): Match | null {
	const words = query.split(/\s+/).filter(Boolean);
	if (words.length === 0) return { score: 0, ranges: [] };
	let score = 0;
	const ranges: [number, number][] = [];
	for (const word of words) {
		const found = matchWord(word, title);
		if (found === null) return null;
		score += found.score;
		ranges.push(...found.ranges);
	}
	// Of two titles that match alike, the shorter one is meant.
	return { score: score / words.length - title.length / 100, ranges: merged(ranges) };
}

function merged(ranges: [number, number][]): [number, number][] {
	const apart: [number, number][] = [];
	for (const [start, end] of ranges.sort((one, other) => one[0] - other[0])) {
		const last = apart.at(-1);
		if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
		else apart.push([start, end]);
	}
	return apart;
}

/** How well a title answers a query; null when it does not. */
export function match(query: string, title: string): Match | null {
	const typed = query.trim().toLowerCase();
	const folded = fold(title);
	const plain = matchAs(fold(typed), folded);
	const others = [toRussian, toLatin].map((keys) => swapped(typed, keys)).filter((other) => other !== typed);
	const meant = others.map((other) => matchAs(fold(other), folded)).filter((one) => one !== null);
	// What was typed as it stands goes before what the other keyboard would have made of it.
	const best = meant.map((one) => ({ ...one, score: one.score - 10 })).sort((one, other) => other.score - one.score)[0];
	if (plain === null || best === undefined) return plain ?? best ?? null;
	return plain.score >= best.score ? plain : best;
}
