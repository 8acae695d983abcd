/** Where the columns stand on screen: their widths at the present size of text, and the places of the pinned ones. */
import type { Column } from '$lib/backend/bindings';
import { type ShownColumn, withWidth } from './columns';

type Of = {
	/** The columns as they are remembered, with their widths at the usual size of text. */
	remembered: () => readonly ShownColumn[];
	/** How many times the usual size text has. Columns grow with it, or enlarged text would say less. */
	enlarged: () => number;
};

export class ColumnLayout {
	readonly #of: Of;
	#dragged = $state.raw<ShownColumn[] | null>(null);

	/** The columns with the widths that are remembered, or that the dragged edge gives, at the usual size of text. */
	readonly chosen: readonly ShownColumn[] = $derived.by(() => this.#dragged ?? this.#of.remembered());
	/** The same with their widths on screen, in CSS pixels. */
	readonly columns: readonly ShownColumn[] = $derived.by(() =>
		this.chosen.map((choice) => ({ ...choice, width: Math.round(choice.width * this.#of.enlarged()) })),
	);
	readonly width = $derived.by(() => this.columns.reduce((sum, choice) => sum + choice.width, 0));
	/** Where each pinned column stands; null for the others. */
	readonly lefts: readonly (number | null)[] = $derived.by(() => {
		let left = 0;
		return this.columns.map((choice) => {
			if (!choice.pinned) return null;
			left += choice.width;
			return left - choice.width;
		});
	});
	readonly pinnedWidth = $derived.by(() => this.columns.reduce((sum, choice) => sum + (choice.pinned ? choice.width : 0), 0));
	/** The columns as a grid's template. */
	readonly template = $derived.by(() => `${this.columns.map((choice) => `${choice.width}px`).join(' ')} minmax(0, 1fr)`);

	constructor(of: Of) {
		this.#of = of;
	}

	/** How far a column stands from the first one's left edge. */
	leftOf(at: number): number {
		return this.columns.slice(0, at).reduce((sum, { width }) => sum + width, 0);
	}
	/** A width on screen as it is remembered. */
	usual(width: number): number {
		return width / this.#of.enlarged();
	}
	/** Shows a width that is not to be remembered yet. */
	drag(column: Column, width: number): void {
		this.#dragged = withWidth(this.chosen, column, this.usual(width));
	}
	/** The edge rests; what is remembered counts again. */
	drop(): void {
		this.#dragged = null;
	}
}
