import { describe, expect, it } from 'vitest';
import { alternating, shortened } from './marking';

const shape = (text: string, ranges: [number, number][]): string =>
	alternating(text, ranges)
		.map((piece, at) => (at % 2 === 1 ? `[${piece}]` : piece))
		.join('');

describe('splitting a text at what matched', () => {
	const table: [string, string, [number, number][], string][] = [
		['nothing', 'Lucía Peña', [], 'Lucía Peña'],
		['the beginning', 'García', [[0, 3]], '[Gar]cía'],
		['the end', 'Мария Гарсия', [[6, 12]], 'Мария [Гарсия]'],
		['the whole', 'иван', [[0, 4]], '[иван]'],
		[
			'two places, given backwards',
			'Anna Anna',
			[
				[5, 9],
				[0, 4],
			],
			'[Anna] [Anna]',
		],
		[
			'overlapping ranges',
			'Anastasia',
			[
				[0, 4],
				[2, 6],
			],
			'[Anasta]sia',
		],
		[
			'one inside another',
			'Anastasia',
			[
				[0, 8],
				[2, 4],
			],
			'[Anastasi]a',
		],
		[
			'touching ranges',
			'Anastasia',
			[
				[0, 2],
				[2, 4],
			],
			'[Anas]tasia',
		],
		['a range past the end', 'Ana', [[1, 99]], 'A[na]'],
		[
			'an empty and a reversed range',
			'Ana',
			[
				[1, 1],
				[2, 1],
			],
			'Ana',
		],
		['a negative start', 'Ana', [[-4, 1]], '[A]na'],
		['half an emoji', 'a😀b', [[1, 2]], 'a[😀]b'],
		['the other half', 'a😀b', [[2, 3]], 'a[😀]b'],
		['a letter with a mark of its own', 'и\u0306ван', [[0, 1]], '[и\u0306]ван'],
		['a family of joined emoji', '👩\u200d👧x', [[0, 2]], '[👩\u200d]👧x'],
		['an empty text', '', [[0, 1]], ''],
	];
	it.each(table)('marks %s', (_, text, ranges, expected) => {
		expect(shape(text, ranges)).toBe(expected);
	});

	it('loses not a unit of the text, whatever the ranges', () => {
		const text = 'Айгерим 😀 <b>Гарсия</b> Núñez e\u0301';
		for (let start = -2; start <= text.length + 2; start += 1) {
			for (let end = start - 1; end <= text.length + 2; end += 1) {
				const split = alternating(text, [
					[start, end],
					[end, start + 5],
				]);
				expect(split.join('')).toBe(text);
				expect(split.every((piece) => piece.isWellFormed())).toBe(true);
				expect(split.every((piece, at) => at % 2 === 0 || piece !== '')).toBe(true);
			}
		}
	});
});

describe('shortening', () => {
	it('leaves what fits alone', () => {
		expect(shortened('x'.repeat(400))).toBe('x'.repeat(400));
	});

	it('cuts a name of 10,000 letters, between letters', () => {
		expect(shortened('Ж'.repeat(10_000))).toBe(`${'Ж'.repeat(400)}…`);
		expect(shortened('😀'.repeat(5_000), 401).isWellFormed()).toBe(true);
	});

	it('cuts a letter with a thousand marks all the same', () => {
		expect(shortened(`a${'\u0301'.repeat(9_999)}`).length).toBeLessThanOrEqual(401);
	});
});
