import { describe, expect, it } from 'vitest';
import type { ColumnChoice, ConnectionView, ProviderDescription } from '$lib/backend/bindings';
import {
	COLUMN_ORDER,
	NARROWEST,
	shownColumns,
	silentColumns,
	usualWidth,
	WIDEST,
	withColumnAt,
	withMoved,
	withToggledColumn,
	withTogglePinned,
	withWidth,
} from './columns';

const provider = (id: string, silentOn: ProviderDescription['silentOn']): ProviderDescription => ({
	id,
	name: id,
	liveUrl: null,
	sandboxUrl: null,
	keyPrefix: null,
	secretPrefix: null,
	requestsPerMinute: null,
	requestsPerHour: null,
	silentOn,
});
const connected = (...ids: string[]): ConnectionView[] => ids.map((id) => ({ id: `at-${id}`, provider: id }) as ConnectionView);
const names = (shown: ColumnChoice[]): string[] => shown.map(({ column }) => column);

describe('columns', () => {
	it('are all shown by default, the ones an officer decides by first', () => {
		const shown = names(shownColumns([], new Set()));
		expect(shown).toHaveLength(12);
		expect(shown.slice(0, 6)).toEqual(['name', 'email', 'kyc', 'provider', 'trust', 'paid']);
	});

	it('on which every connected provider is silent are left out by default, but not where one speaks', () => {
		const providers = [provider('a', ['trust', 'phone']), provider('b', ['trust', 'name']), provider('c', [])];
		expect(silentColumns(providers, connected('a', 'b'))).toEqual(new Set(['trust']));
		expect(silentColumns(providers, connected('a', 'b', 'c'))).toEqual(new Set());
		expect(silentColumns(providers, connected('b')), 'the name is never left out').toEqual(new Set(['trust']));
		expect(silentColumns(providers, [])).toEqual(new Set());
		expect(names(shownColumns([], new Set(['trust'])))).not.toContain('trust');
		expect(names(shownColumns([{ column: 'trust', width: 90 }], new Set(['trust'])))).toContain('trust');
	});

	it('of a preference that makes no sense are shown as far as it does', () => {
		const preference = [
			{ column: 'paid', width: 1 },
			{ column: 'risk', width: 100 },
			{ column: 'paid', width: 300 },
			{ column: 'id', width: Number.NaN },
			{ column: 'toString', width: 100 },
			{ column: 'email', width: 1e9 },
		] as ColumnChoice[];
		expect(shownColumns(preference, new Set())).toEqual([
			{ column: 'name', width: usualWidth('name'), pinned: true },
			{ column: 'paid', width: NARROWEST, pinned: false },
			{ column: 'id', width: usualWidth('id'), pinned: false },
			{ column: 'email', width: WIDEST, pinned: false },
		]);
	});

	it('can be hidden and shown, but the pinned one stays first', () => {
		const shown = shownColumns([], new Set());
		const without = withToggledColumn(shown, 'email');
		expect(names(without)).not.toContain('email');
		expect(names(withToggledColumn(without, 'email')).at(-1)).toBe('email');
		expect(withToggledColumn(shown, 'name')).toEqual(shown);
	});

	it('can be moved, but not before the pinned one', () => {
		const shown = shownColumns([], new Set());
		expect(names(withMoved(shown, 'kyc', -1)).slice(0, 3)).toEqual(['name', 'kyc', 'email']);
		expect(withMoved(shown, 'email', -1)).toEqual(shown);
		expect(withMoved(shown, 'name', 1)).toEqual(shown);
		expect(withMoved(shown, 'id', 1)).toEqual(shown);
		for (const column of COLUMN_ORDER) expect(new Set(names(withMoved(shown, column, 1)))).toEqual(new Set(names(shown)));
	});

	it('are pinned behind the pinned ones, and let go before the others', () => {
		const one = withTogglePinned(shownColumns([], new Set()), 'paid');
		const two = withTogglePinned(one, 'kyc');
		expect(names(two).slice(0, 4)).toEqual(['name', 'paid', 'kyc', 'email']);
		expect(names(withTogglePinned(two, 'paid')).slice(0, 4)).toEqual(['name', 'kyc', 'paid', 'email']);
		expect(names(withMoved(two, 'kyc', 1)), 'a pinned one stays among the pinned ones').toEqual(names(two));
		expect(names(withColumnAt(two, 'email', 0)).slice(0, 4), 'and the others behind').toEqual(['name', 'paid', 'kyc', 'email']);
		expect(withTogglePinned(two, 'name')).toEqual(two);
		expect(
			names(
				shownColumns(
					[
						{ column: 'id', width: 90 },
						{ column: 'kyc', width: 90, pinned: true },
					],
					new Set(),
				),
			),
		).toEqual(['name', 'kyc', 'id']);
	});

	it('keep a width between the narrowest and the widest', () => {
		const shown = shownColumns([], new Set());
		expect(withWidth(shown, 'email', 301.4).find(({ column }) => column === 'email')?.width).toBe(301);
		expect(withWidth(shown, 'email', -5).find(({ column }) => column === 'email')?.width).toBe(NARROWEST);
	});
});
