/** The menu of one column header: everything that may be done with the column, with the keys that do the same. */
import type { Column, Query } from '$lib/backend/bindings';
import { hint } from '$lib/keys';
import type { MenuItem } from '$lib/menu/PopupMenu.svelte';
import { isByRelevance, shownSorts, withFurtherSort, withRelevance, withSortAs } from '$lib/search/query';
import { m } from '$paraglide/messages.js';
import type { ColumnActions } from './column-actions.svelte';
import { canMove, PINNED, type ShownColumn, usualWidth } from './columns';

type Of = {
	column: Column;
	shown: readonly ShownColumn[];
	query: Query;
	actions: ColumnActions;
	ask: (query: Query) => void;
	/** The focus follows a column to its new place. */
	follow: (place: number) => void;
};

export function columnMenu({ column, shown, query, actions, ask, follow }: Of): MenuItem[] {
	const choice = shown.find((one) => one.column === column);
	const sorts = shownSorts(query);
	const alone = sorts.length === 1 && sorts[0]?.column === column;
	const sorted = (descending: boolean): boolean => alone && sorts[0]?.descending === descending;
	const further: MenuItem = {
		id: 'further',
		label: sorts.some((sort) => sort.column === column) ? m.column_sort_less() : m.column_sort_further(),
		keys: hint('sortFurther'),
		disabled: alone,
		act: () => ask(withFurtherSort(query, column)),
	};
	return [
		{ id: 'ascending', label: m.column_sort_up(), checked: sorted(false), act: () => ask(withSortAs(query, column, false)) },
		{ id: 'descending', label: m.column_sort_down(), checked: sorted(true), act: () => ask(withSortAs(query, column, true)) },
		further,
		{
			id: 'relevance',
			label: m.sort_relevance(),
			disabled: query.text.trim() === '',
			checked: isByRelevance(query),
			act: () => ask(withRelevance(query)),
		},
		{
			id: 'pin',
			label: choice?.pinned ? m.column_unpin() : m.column_pin(),
			disabled: column === PINNED,
			apart: true,
			act: () => follow(actions.togglePinned(column)),
		},
		{
			id: 'left',
			label: m.column_move_left(),
			keys: hint('columnMove'),
			disabled: !canMove(shown, column, -1),
			act: () => follow(actions.move(column, -1)),
		},
		{
			id: 'right',
			label: m.column_move_right(),
			disabled: !canMove(shown, column, 1),
			act: () => follow(actions.move(column, 1)),
		},
		{ id: 'width', label: m.column_usual_width(), apart: true, act: () => actions.resize(column, usualWidth(column)) },
		{ id: 'hide', label: m.column_hide(), disabled: column === PINNED, act: () => actions.hide(column) },
	];
}
