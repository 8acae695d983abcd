import { describe, expect, it } from 'vitest';
import {
	asksTheSame,
	chosenFacets,
	EVERYBODY,
	isByRelevance,
	isFiltered,
	shownSorts,
	withFurtherSort,
	withoutFacets,
	withoutFilters,
	withRelevance,
	withSort,
	withSortAs,
	withText,
	withToggled,
	withView,
} from './query';

describe('a query', () => {
	it('toggles a facet value in and out', () => {
		const one = withToggled(EVERYBODY, 'kyc', 'verified');
		const two = withToggled(one, 'kyc', 'unknown:IN_REVIEW');
		expect(two.kyc).toEqual(['verified', 'unknown:IN_REVIEW']);
		expect(withToggled(two, 'kyc', 'verified').kyc).toEqual(['unknown:IN_REVIEW']);
		expect(EVERYBODY.kyc).toEqual([]);
		expect(chosenFacets(withToggled(two, 'trust', 'none'))).toBe(3);
	});

	it('sorts up, then down, then up, and up again by another column', () => {
		const up = withSort(EVERYBODY, 'paid');
		expect(up.sort).toEqual([{ column: 'paid', descending: false }]);
		const down = withSort(up, 'paid');
		expect(down.sort).toEqual([{ column: 'paid', descending: true }]);
		expect(withSort(down, 'paid').sort).toEqual([{ column: 'paid', descending: false }]);
		expect(withSort(down, 'email').sort).toEqual([{ column: 'email', descending: false }]);
	});

	it('clears facets alone, or all filters, and keeps the order', () => {
		const query = withSort(withToggled(withView(withText(EVERYBODY, 'garcia'), 'blocked'), 'kyc', 'pending'), 'created');
		expect(withoutFacets(query)).toEqual({ ...query, kyc: [] });
		expect(withoutFilters(query)).toEqual({ ...EVERYBODY, sort: query.sort });
	});

	it('goes by relevance while something is typed, and by its columns else', () => {
		const wished = withRelevance(withSort(EVERYBODY, 'paid'));
		expect(isByRelevance(wished)).toBe(false);
		expect(shownSorts(wished)).toEqual([{ column: 'paid', descending: false }]);
		const typed = withText(wished, 'garcia');
		expect(isByRelevance(typed)).toBe(true);
		expect(shownSorts(typed)).toEqual([]);
		expect(isByRelevance(withText(typed, ' '))).toBe(false);
		expect(asksTheSame(typed, { ...typed, byRelevance: false })).toBe(false);
		expect(isByRelevance(withText(withoutFilters(typed), 'x')), 'the wish outlives the filters').toBe(true);
	});

	it('goes by a column again once one is chosen, first upwards', () => {
		const typed = withText(withRelevance(EVERYBODY), 'garcia');
		for (const query of [withSort(typed, 'name'), withFurtherSort(typed, 'name'), withSortAs(typed, 'name', false)]) {
			expect(isByRelevance(query)).toBe(false);
			expect(query.sort).toEqual([{ column: 'name', descending: false }]);
		}
	});

	it('knows whether anything narrows it', () => {
		expect(isFiltered(EVERYBODY)).toBe(false);
		expect(isFiltered(withText(EVERYBODY, '   '))).toBe(false);
		expect(isFiltered(withText(EVERYBODY, 'x'))).toBe(true);
		expect(isFiltered(withSort(EVERYBODY, 'paid'))).toBe(false);
		expect(isFiltered(withToggled(EVERYBODY, 'blocked', 'yes'))).toBe(true);
	});

	it('is told apart from another by everything it asks', () => {
		expect(asksTheSame(EVERYBODY, { ...EVERYBODY, kyc: [] })).toBe(true);
		expect(asksTheSame(EVERYBODY, withText(EVERYBODY, 'a'))).toBe(false);
		expect(asksTheSame(EVERYBODY, withToggled(EVERYBODY, 'provider', 'loveandpay'))).toBe(false);
		expect(asksTheSame(EVERYBODY, withSort(EVERYBODY, 'name'))).toBe(false);
		expect(asksTheSame(EVERYBODY, { ...EVERYBODY, connection: 'c1' })).toBe(false);
	});
});
