import { describe, expect, it } from 'vitest';
import { fold, match } from './match';

const best = (query: string, titles: string[]): string | undefined =>
	titles
		.map((title) => ({ title, found: match(query, title) }))
		.filter(({ found }) => found !== null)
		.sort((one, other) => (other.found?.score ?? 0) - (one.found?.score ?? 0))[0]?.title;

describe('a match', () => {
	it('prefers beginnings to middles and middles to scattered letters', () => {
		expect(best('se', ['Use less', 'Settings', 'Clear search'])).toBe('Settings');
		expect(best('search', ['Research', 'Clear search'])).toBe('Clear search');
		expect(best('clf', ['Clear filters', 'Columns'])).toBe('Clear filters');
	});

	it('takes words in any order', () => {
		expect(match('connection add', 'Add a connection')).not.toBeNull();
		expect(match('connection remove', 'Add a connection')).toBeNull();
	});

	it('does not take letters from all over a title', () => {
		expect(match('xq', 'Export as table, quickly')).toBeNull();
		expect(match('owt', 'Show the customers whose payments are zero today')).toBeNull();
	});

	it('knows neither case nor diacritics', () => {
		expect(match('configuracion', 'Configuración')?.ranges).toEqual([[0, 13]]);
		expect(match('НАСТРОЙКИ', 'Настройки')?.score).toBeGreaterThan(50);
		expect(match('еще', 'Ещё')?.ranges).toEqual([[0, 3]]);
	});

	it('finds what was typed on the other keyboard', () => {
		expect(match('yfcnhjqrb', 'Настройки')?.ranges).toEqual([[0, 9]]);
		expect(match('ыуеештпы', 'Settings')?.ranges).toEqual([[0, 8]]);
		expect(best('ыуе', ['Settings', 'Выберите'])).toBe('Settings');
	});

	it('marks what was meant, once', () => {
		expect(match('co co', 'Columns: compact')?.ranges).toEqual([[0, 2]]);
		expect(match('', 'Anything')).toEqual({ score: 0, ranges: [] });
	});

	it('folds without moving letters', () => {
		for (const text of ['Ещё й', 'İstanbul ﬁ', 'ñandú 𝒜', 'ß']) expect(fold(text)).toHaveLength(text.length);
	});
});
