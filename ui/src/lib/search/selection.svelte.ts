/** The rows that a person has selected in the present result, and from where a further step extends them. */
import type { RowSpan } from '$lib/backend/bindings';
import * as selections from '$lib/grid/selection';

export class RowSelection {
	#value = $state.raw(selections.NOTHING);
	/** The row that Shift extends from. */
	#anchor: number | null = null;
	/** What was selected when the anchor was set, without what Shift added since. */
	#base = selections.NOTHING;
	readonly #total: () => number;

	/** `total` is how many rows the present result has. */
	constructor(total: () => number) {
		this.#total = total;
	}

	get value(): selections.Selection {
		return this.#value;
	}
	get size(): number {
		return selections.sizeOf(this.#value, this.#total());
	}
	get spans(): readonly RowSpan[] {
		return selections.spansOf(this.#value, this.#total());
	}
	holds(row: number): boolean {
		return selections.holds(this.#value, row);
	}

	clear(): void {
		this.#set(selections.NOTHING, null);
	}
	/** Selects nobody, but the next range begins here. */
	startAt(row: number): void {
		this.#set(selections.NOTHING, row);
	}
	/** Leaves what is selected as it is; the next range begins anew. */
	rest(): void {
		this.#set(this.#value, null);
	}
	everything(): void {
		if (this.#total() > 0) this.#set(selections.EVERYTHING, this.#anchor);
	}
	toggle(row: number): void {
		this.#set(selections.withToggledRow(this.#value, row, this.#total()), row);
	}
	/** Selects from the anchor to a row; without an anchor from `otherwise`. */
	extendTo(row: number, otherwise: number): void {
		if (this.#value.everything) this.#set(selections.NOTHING, otherwise);
		const anchor = this.#anchor ?? otherwise;
		this.#anchor = anchor;
		this.#value = selections.withSpan(this.#base, selections.span(anchor, row));
	}
	/** The same customers stand at other positions now. */
	moveTo(spans: readonly RowSpan[], shift: number): void {
		if (this.#value.everything) return;
		this.#value = { everything: false, spans };
		this.#base = this.#value;
		if (this.#anchor !== null) this.#anchor = Math.max(0, Math.min(this.#anchor + shift, this.#total() - 1));
	}

	#set(value: selections.Selection, anchor: number | null): void {
		this.#value = value;
		this.#base = value;
		this.#anchor = anchor;
	}
}
