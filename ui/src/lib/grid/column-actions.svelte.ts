/** What may be done to the columns by mouse, by menu and by key, each said aloud: what moves on screen is seen by few ears. */
import type { Column } from '$lib/backend/bindings';
import { formatCount } from '$lib/format';
import { m } from '$paraglide/messages.js';
import * as columns from './columns';

type Desk = {
	/** The columns on screen. */
	shown: () => readonly columns.ShownColumn[];
	/** Takes the new columns, to be remembered. */
	onchange: (columns: columns.ShownColumn[]) => void;
	/** Says something to whoever listens. */
	say: (text: string) => void;
};

export class ColumnActions {
	readonly #desk: Desk;

	constructor(desk: Desk) {
		this.#desk = desk;
	}

	/** Sets a width in CSS pixels at the usual size of text. */
	resize(column: Column, width: number): void {
		const shown = columns.withWidth(this.#desk.shown(), column, width);
		this.#desk.onchange(shown);
		const now = shown.find((choice) => choice.column === column)?.width ?? width;
		this.#desk.say(m.column_said_width({ column: columns.COLUMNS[column].label(), width: formatCount(now) }));
	}

	/** Moves by one place; its new place among the columns. */
	move(column: Column, by: 1 | -1): number {
		return this.#place(column, columns.withMoved(this.#desk.shown(), column, by));
	}

	/** Moves to a place, or as near to it as it may go; its new place. */
	moveTo(column: Column, place: number): number {
		return this.#place(column, columns.withColumnAt(this.#desk.shown(), column, place));
	}

	/** Pins it, or no longer; its new place. */
	togglePinned(column: Column): number {
		const shown = columns.withTogglePinned(this.#desk.shown(), column);
		this.#desk.onchange(shown);
		const place = shown.findIndex((choice) => choice.column === column);
		const label = columns.COLUMNS[column].label();
		this.#desk.say(shown[place]?.pinned ? m.column_said_pinned({ column: label }) : m.column_said_unpinned({ column: label }));
		return place;
	}

	hide(column: Column): void {
		this.#desk.onchange(columns.withToggledColumn(this.#desk.shown(), column));
		this.#desk.say(m.column_said_hidden({ column: columns.COLUMNS[column].label() }));
	}

	#place(column: Column, shown: columns.ShownColumn[]): number {
		this.#desk.onchange(shown);
		const place = shown.findIndex((choice) => choice.column === column);
		this.#desk.say(
			m.column_said_moved({
				column: columns.COLUMNS[column].label(),
				place: formatCount(place + 1),
				total: formatCount(shown.length),
			}),
		);
		return place;
	}
}
