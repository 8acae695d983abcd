import { describe, expect, it } from 'vitest';
import { rangeText, setFilters, typedOf, withoutFilter, withTyped } from './filters';
import { asksTheSame, chosenFacets, EVERYBODY, isFiltered, withoutFacets } from './query';

const read = (typed: { from: string; to: string }, filter: Parameters<typeof withTyped>[1] = 'created') => {
	const result = withTyped(EVERYBODY, filter, typed);
	if ('fault' in result) throw new Error(result.fault);
	return result.query;
};

describe('a range', () => {
	it('of days holds its whole last day in this time zone, and is read back as typed', () => {
		const query = read({ from: '2026-11-01', to: '2026-11-30' });
		expect(query.created?.from).toBe(new Date(2026, 10, 1).toISOString());
		expect(query.created?.to).toBe(new Date(2026, 10, 30, 23, 59, 59, 999).toISOString());
		expect(typedOf(query, 'created')).toEqual({ from: '2026-11-01', to: '2026-11-30' });
		expect(rangeText(query, 'created')).toBe('Created: Nov 1, 2026 – Nov 30, 2026');
	});

	it('may be open at either end', () => {
		expect(rangeText(read({ from: '3', to: '' }, 'payments'), 'payments')).toBe('Payments: from 3');
		expect(rangeText(read({ from: '', to: '12,50' }, 'paid'), 'paid')).toBe('Paid: to 12.50');
		expect(rangeText(read({ from: '1000', to: '12345678.999' }, 'paid'), 'paid')).toBe('Paid: 1,000.00 – 12,345,678.999');
		expect(setFilters(read({ from: '', to: '' }))).toEqual([]);
	});

	it('says which field it cannot read', () => {
		const fault = (filter: Parameters<typeof withTyped>[1], from: string, to: string) => withTyped(EVERYBODY, filter, { from, to });
		expect(fault('created', '2026-02-30', '')).toEqual({ fault: 'from' });
		expect(fault('created', '', 'soon')).toEqual({ fault: 'to' });
		expect(fault('created', '2026-02-02', '2026-02-01')).toEqual({ fault: 'order' });
		expect(fault('payments', '-1', '')).toEqual({ fault: 'from' });
		expect(fault('paid', '', '1e9')).toEqual({ fault: 'to' });
		expect(fault('paid', '10', '9')).toEqual({ fault: 'order' });
	});
});

describe('a query with further filters', () => {
	it('is another query, counts as filtered, and is cleared with the rest', () => {
		const query = { ...read({ from: '2', to: '' }, 'payments'), listed: false };
		expect(asksTheSame(query, EVERYBODY)).toBe(false);
		expect(isFiltered(query)).toBe(true);
		expect(chosenFacets(query)).toBe(2);
		expect(setFilters(query)).toEqual(['payments', 'listed']);
		expect(asksTheSame(withoutFilter(withoutFilter(query, 'listed'), 'payments'), EVERYBODY)).toBe(true);
		expect(withoutFacets(query)).toEqual(EVERYBODY);
	});

	it('holds a connection like any other of them', () => {
		const query = { ...read({ from: '2', to: '' }, 'payments'), connection: 'c1' };
		expect(setFilters(query)).toEqual(['connection', 'payments']);
		expect(chosenFacets(query)).toBe(2);
		expect(withoutFilter(query, 'connection').connection).toBeNull();
		expect(withoutFacets(query)).toEqual(EVERYBODY);
	});
});
